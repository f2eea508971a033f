package dev.unpark.apps.shop;

import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** The shop on an embedded Tomcat, and a crowd of shoppers that come over real sockets. */
public final class HealthyServer {
  private static final int SHOPPERS = 12;
  private static final int MAX_THREADS = 20;
  private static final long REPORT_NANOS = 1_000_000_000;
  // Held here because loggers are collected, level and all, when nobody does.
  private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

  private HealthyServer() {}

  public static void main(String[] args) throws IOException, LifecycleException {
    Switches.of(args);
    TOMCAT_LOG.setLevel(Level.WARNING);
    URI address = startServer();
    System.out.println("the shop is open at " + address);
    Shoppers shoppers = new Shoppers(address);
    shoppers.arrive(SHOPPERS);
    while (true) {
      LockSupport.parkNanos(REPORT_NANOS);
      System.out.printf("served %d requests, %d failed%n", shoppers.served(), shoppers.failed());
    }
  }

  private static URI startServer() throws IOException, LifecycleException {
    Shop shop = new Shop();
    shop.open();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("shop").toString());
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxThreads", Integer.toString(MAX_THREADS));
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "shop", new ShopServlet(shop)).addMapping("/*");
    tomcat.start();
    return URI.create("http://127.0.0.1:" + connector.getLocalPort());
  }
}

package dev.unpark.apps.shop;

import dev.unpark.apps.fault.Switches;
import dev.unpark.apps.parts.WebServer;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.LifecycleException;

/** The shop on an embedded Tomcat, and a crowd of shoppers that come over real sockets. */
public final class HealthyServer {
  private static final int SHOPPERS = 12;
  private static final int MAX_THREADS = 20;
  private static final long REPORT_NANOS = 1_000_000_000;

  private HealthyServer() {}

  public static void main(String[] args) throws IOException, LifecycleException {
    Switches.of(args);
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
    return WebServer.start("shop", new ShopServlet(shop), "/*", MAX_THREADS);
  }
}

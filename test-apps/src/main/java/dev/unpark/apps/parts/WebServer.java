package dev.unpark.apps.parts;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** An embedded Tomcat with one servlet, on a free port of the loopback interface. */
public final class WebServer {
  // Held here because loggers are collected, level and all, when nobody does.
  private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

  private WebServer() {}

  /**
   * Starts one.
   *
   * @param pattern which paths the servlet serves
   * @return where it listens
   */
  public static URI start(String name, Servlet servlet, String pattern, int maxThreads)
      throws IOException, LifecycleException {
    TOMCAT_LOG.setLevel(Level.WARNING);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory(name).toString());
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxThreads", Integer.toString(maxThreads));
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, name, servlet).addMapping(pattern);
    tomcat.start();
    return URI.create("http://127.0.0.1:" + connector.getLocalPort());
  }
}

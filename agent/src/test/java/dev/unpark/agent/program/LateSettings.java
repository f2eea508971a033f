package dev.unpark.agent.program;

import java.io.File;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.security.KeyStore;
import java.security.Security;
import java.time.ZoneId;
import java.util.logging.LogManager;
import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Sets late what a JVM settles once, when it is first asked, and prints whether that still counted.
 * Wants {@code java.base/sun.security.ssl} and {@code java.base/sun.net} opened.
 */
public final class LateSettings {
  private LateSettings() {}

  public static void main(String[] arguments) throws Exception {
    Thread.sleep(Long.parseLong(arguments[0]));
    System.setProperty("user.timezone", "Asia/Tokyo");
    System.out.println(ZoneId.systemDefault());
    System.setProperty("java.util.logging.manager", Logs.class.getName());
    System.out.println(LogManager.getLogManager().getClass().getSimpleName());
    System.setProperty("javax.net.ssl.trustStore", emptyStore());
    System.out.println("authorities trusted: " + trusted());
    System.setProperty("javax.management.builder.initial", Beans.class.getName());
    ManagementFactory.getPlatformMBeanServer();
    System.out.println("own builder of MBean servers asked: " + Beans.asked);
    Security.setProperty("networkaddress.cache.ttl", "7");
    Method ttl = Class.forName("sun.net.InetAddressCachePolicy").getMethod("get");
    ttl.setAccessible(true);
    System.out.println("addresses are kept for " + ttl.invoke(null));
    URL.setURLStreamHandlerFactory(protocol -> null);
    // Flight Recorder has one of its own, and starts after a while.
    long properties =
        System.getProperties().stringPropertyNames().stream()
            .filter(name -> !name.startsWith("jdk.jfr."))
            .count();
    System.out.println("properties " + properties);
    System.exit(0);
  }

  private static String emptyStore() throws Exception {
    File file = File.createTempFile("trust", ".p12");
    file.deleteOnExit();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (OutputStream out = new FileOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    return file.getPath();
  }

  private static int trusted() throws Exception {
    Field managers =
        Class.forName("sun.security.ssl.SSLContextImpl$DefaultManagersHolder")
            .getDeclaredField("trustManagers");
    managers.setAccessible(true);
    int number = 0;
    for (TrustManager manager : (TrustManager[]) managers.get(null)) {
      number += ((X509TrustManager) manager).getAcceptedIssuers().length;
    }
    return number;
  }

  /** A log manager of the program's own. */
  public static final class Logs extends LogManager {}

  /** A builder of MBean servers of the program's own. */
  public static final class Beans extends MBeanServerBuilder {
    static boolean asked;

    @Override
    public MBeanServer newMBeanServer(
        String domain, MBeanServer outer, MBeanServerDelegate delegate) {
      asked = true;
      return super.newMBeanServer(domain, outer, delegate);
    }
  }
}

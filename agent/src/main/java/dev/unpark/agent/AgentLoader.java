package dev.unpark.agent;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the agent's own classes from {@code inst/} of its jar, where no other loader looks for
 * them: they are named {@code .classdata}.
 *
 * <p>Its parent is the platform loader, so it sees the JDK and the bootstrap part and nothing of
 * the application; the application sees nothing of it.
 *
 * <p><b>Threading:</b> any thread; the jar stays open until {@link #close}.
 */
final class AgentLoader extends ClassLoader implements Closeable {
  private static final String FOLDER = "inst/";

  /** For the boot loader alone: a second copy here would count what nobody reads. */
  private static final String BOOTSTRAP = "dev.unpark.agent.bootstrap.";

  /**
   * Of the entry, not one that names this loader: threads of the JDK that the agent causes keep the
   * domains of those that caused them, also when the agent has gone.
   */
  private static final ProtectionDomain DOMAIN = Entry.class.getProtectionDomain();

  static {
    registerAsParallelCapable();
  }

  private final JarFile jar;

  AgentLoader(JarFile jar) {
    super("unpark", ClassLoader.getPlatformClassLoader());
    this.jar = jar;
  }

  /** After that, no further class can be loaded. */
  @Override
  public void close() throws IOException {
    jar.close();
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = name.startsWith(BOOTSTRAP) ? null : read(name.replace('.', '/') + ".class");
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length, DOMAIN);
  }

  @Override
  protected @Nullable URL findResource(String name) {
    byte[] bytes = read(name);
    return bytes == null ? null : url(name, bytes);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL url = findResource(name);
    return url == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singletonList(url));
  }

  private byte @Nullable [] read(String name) {
    String path = name.endsWith(".class") ? FOLDER + name + "data" : FOLDER + name;
    try {
      JarEntry entry = jar.getJarEntry(path);
      if (entry == null || entry.isDirectory()) {
        return null;
      }
      try (InputStream in = jar.getInputStream(entry)) {
        return in.readAllBytes();
      }
    } catch (IOException | IllegalStateException unreadable) {
      return null;
    }
  }

  /*
   * A URL that carries its content. "jar:" URLs would go through a handler that applications
   * replace (Spring Boot does) and a cache that they share.
   */
  private static URL url(String name, byte[] bytes) {
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
              @Override
              public void connect() {}

              @Override
              public InputStream getInputStream() {
                return new ByteArrayInputStream(bytes);
              }
            };
          }
        };
    try {
      return new URL("unpark-agent", null, -1, "/" + name, handler);
    } catch (MalformedURLException impossible) {
      throw new IllegalArgumentException(name, impossible);
    }
  }
}

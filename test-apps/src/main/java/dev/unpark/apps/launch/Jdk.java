package dev.unpark.apps.launch;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * One installed JDK.
 *
 * @param home its directory
 * @param version as it names itself: {@code 25.0.3}
 */
public record Jdk(Path home, String version) {

  /** The feature number of the version: 25 of {@code 25.0.3}. */
  public int feature() {
    return Runtime.Version.parse(version).feature();
  }

  /** Its program of that name, such as {@code java} or {@code jstack}; it need not exist. */
  public Path tool(String name) {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return home.resolve("bin").resolve(windows ? name + ".exe" : name);
  }

  /** The one that runs this code. */
  public static Jdk current() {
    return new Jdk(Path.of(System.getProperty("java.home")), System.getProperty("java.version"));
  }

  /**
   * Those that can be found without a search of the disk: the current one first, then {@code
   * JAVA_HOME}, {@code JAVA17_HOME}, {@code JAVA25_HOME}, then those beside the current one by
   * rising version.
   */
  public static List<Jdk> installed() {
    Map<Path, Jdk> found = new LinkedHashMap<>();
    Jdk current = current();
    found.put(real(current.home()), current);
    for (String variable : List.of("JAVA_HOME", "JAVA17_HOME", "JAVA25_HOME")) {
      String home = System.getenv(variable);
      if (home != null && !home.isBlank()) {
        in(Path.of(home)).ifPresent(jdk -> found.putIfAbsent(real(jdk.home()), jdk));
      }
    }
    for (Jdk jdk : beside(real(current.home()))) {
      found.putIfAbsent(real(jdk.home()), jdk);
    }
    return List.copyOf(found.values());
  }

  /** The first installed one of at least that feature number. */
  public static Optional<Jdk> atLeast(int feature) {
    return installed().stream().filter(jdk -> jdk.feature() >= feature).findFirst();
  }

  /** The first installed one of exactly that feature number. */
  public static Optional<Jdk> exactly(int feature) {
    return installed().stream().filter(jdk -> jdk.feature() == feature).findFirst();
  }

  private static List<Jdk> beside(Path home) {
    List<Jdk> jdks = new ArrayList<>();
    Path parent = home.getParent();
    if (parent == null) {
      return jdks;
    }
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent, Files::isDirectory)) {
      for (Path sibling : siblings) {
        in(sibling).ifPresent(jdks::add);
      }
    } catch (IOException e) {
      // A directory that cannot be listed shows no JDK; whoever needs one says which is missing.
      return jdks;
    }
    jdks.sort(Comparator.comparingInt(Jdk::feature).thenComparing(Jdk::home));
    return jdks;
  }

  /** Reads the {@code release} file that every JDK has at its top. */
  private static Optional<Jdk> in(Path home) {
    Path release = home.resolve("release");
    if (!Files.isRegularFile(release)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(release)) {
      properties.load(reader);
      String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
      Jdk jdk = new Jdk(home, version);
      return jdk.feature() > 0 && Files.isExecutable(jdk.tool("java"))
          ? Optional.of(jdk)
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath();
    }
  }
}

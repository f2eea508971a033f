package dev.unpark.apps.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unpark.apps.launch.Jdk;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The JDKs on which live tests run: the oldest that is supported and the newest with long support.
 */
final class OnEachJdk {
  static final int OLDEST = 17;
  static final int NEWEST = 25;

  private OnEachJdk() {}

  /** The JDK of that feature number; skips the test where there is none. */
  static Jdk jdk(int feature) {
    Optional<Jdk> jdk = Jdk.exactly(feature);
    assumeTrue(jdk.isPresent(), "no JDK %d found; try: JAVA%d_HOME".formatted(feature, feature));
    return jdk.get();
  }

  /** Those of them that are this new or newer; skips the test where one is not installed. */
  static List<Jdk> from(int feature) {
    return IntStream.of(OLDEST, NEWEST)
        .filter(jdk -> jdk >= feature)
        .mapToObj(OnEachJdk::jdk)
        .toList();
  }
}

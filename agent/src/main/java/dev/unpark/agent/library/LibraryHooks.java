package dev.unpark.agent.library;

import java.util.List;

/** Every library hook that there is. */
final class LibraryHooks {
  private LibraryHooks() {}

  static List<LibraryHook> all() {
    return List.of(
        new HttpServerHook(),
        new ServletHook(),
        new HikariHook(),
        new CommonsPoolHook(),
        new TomcatPoolHook(),
        new SqlExceptionHook(),
        new Resilience4jHook(),
        new GuavaLimiterHook(),
        new KafkaConsumerHook());
  }
}

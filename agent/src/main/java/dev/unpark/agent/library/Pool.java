package dev.unpark.agent.library;

import dev.unpark.agent.bootstrap.LibraryHandle;

/**
 * What a pool says of itself.
 *
 * @param name as its user set it; or where it connects to; or class and number
 * @param database whether its objects are connections to a database
 * @param maximum objects that it may have at once, {@link #UNBOUNDED}, or {@link #UNKNOWN}
 * @param total objects that it has now, lent and idle, or {@link #UNKNOWN}
 * @param reclaims whether it takes objects back from threads that keep them too long
 */
public record Pool(String name, boolean database, int maximum, int total, boolean reclaims) {
  /** There is no maximum. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** This version of the library does not say. */
  public static final int UNKNOWN = -1;

  /** Asks the pool of that handle, without taking its locks. */
  public static Pool of(LibraryHandle handle, Object pool) {
    return switch (handle.kind()) {
      case LibraryHandle.HIKARI ->
          new Pool(
              named(Call.text(pool, "config", "getPoolName"), handle, pool),
              true,
              (int) Call.number(pool, UNKNOWN, "config", "getMaximumPoolSize"),
              (int) Call.number(pool, UNKNOWN, "getTotalConnections"),
              false);
      case LibraryHandle.TOMCAT_POOL ->
          new Pool(
              named(Call.text(pool, "getName"), handle, pool),
              true,
              (int) Call.number(pool, UNKNOWN, "getPoolProperties", "getMaxActive"),
              (int) Call.number(pool, UNKNOWN, "getSize"),
              Boolean.TRUE.equals(Call.path(pool, "getPoolProperties", "isRemoveAbandoned")));
      default -> commons(handle, pool);
    };
  }

  private static Pool commons(LibraryHandle handle, Object pool) {
    int maximum = (int) Call.number(pool, UNKNOWN, "getMaxTotal");
    long created = Call.number(pool, UNKNOWN, "getCreatedCount");
    long destroyed = Call.number(pool, UNKNOWN, "getDestroyedCount");
    Object factory = Call.path(pool, "getFactory");
    String url = Call.text(factory, "getConnectionFactory", "getConnectionString");
    return new Pool(
        named(withoutSecrets(url), handle, pool),
        factory != null && factory.getClass().getName().contains("dbcp2"),
        maximum < 0 ? UNBOUNDED : maximum,
        created < 0 || destroyed < 0 ? UNKNOWN : (int) (created - destroyed),
        Boolean.TRUE.equals(Call.path(pool, "isAbandonedConfig")));
  }

  private static String named(String name, LibraryHandle handle, Object pool) {
    return name.isEmpty() ? pool.getClass().getSimpleName() + "-" + handle.number() : name;
  }

  /** The URL without parameters, and without what stands before an {@code @}. */
  static String withoutSecrets(String url) {
    String plain = url.split("[?;]", 2)[0];
    int at = plain.lastIndexOf('@');
    int scheme = plain.indexOf(':', plain.indexOf(':') + 1);
    return at < 0 || scheme < 0 || scheme > at
        ? plain
        : plain.substring(0, scheme + 1) + plain.substring(at + 1);
  }
}

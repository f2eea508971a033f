package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.ConnectionPools;
import dev.unpark.agent.bootstrap.LibraryHandle;
import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * HikariCP: who asks, at the pool; who has a connection, at its entry in the pool, which alone is
 * there when a connection is lent, given back, evicted or closed.
 */
final class HikariHook implements LibraryHook {
  private static final String POOL = "com/zaxxer/hikari/pool/HikariPool";
  private static final String ENTRY = "com/zaxxer/hikari/pool/PoolEntry";

  @Override
  public String name() {
    return "hikaricp";
  }

  @Override
  public Set<String> classes() {
    return Set.of(POOL, ENTRY);
  }

  @Override
  public List<Part> parts(String className) {
    return className.equals(POOL)
        ? List.of(Part.of(Ask.class, named("getConnection").and(takesArguments(long.class))))
        : List.of(
            Part.of(Lend.class, named("createProxyConnection")),
            Part.of(GiveBack.class, named("recycle")),
            Part.of(GiveBack.class, named("close").and(takesArguments(0))));
  }

  /** Woven. */
  static final class Ask {
    private Ask() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(@Advice.This Object pool) {
      return ConnectionPools.asks(LibraryHandle.HIKARI, pool);
    }

    @Advice.OnMethodExit(
        onThrowable = Throwable.class,
        suppress = Throwable.class,
        backupArguments = false)
    static void exit(
        @Advice.Enter int token,
        @Advice.This Object pool,
        @Advice.Thrown @Nullable Throwable refused) {
      ConnectionPools.answered(token, pool, null, refused);
    }
  }

  /** Woven. */
  static final class Lend {
    private Lend() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.FieldValue("hikariPool") Object pool, @Advice.This Object entry) {
      ConnectionPools.taken(LibraryHandle.HIKARI, pool, entry);
    }
  }

  /** Woven. */
  static final class GiveBack {
    private GiveBack() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.FieldValue("hikariPool") Object pool, @Advice.This Object entry) {
      ConnectionPools.givenBack(pool, entry);
    }
  }
}

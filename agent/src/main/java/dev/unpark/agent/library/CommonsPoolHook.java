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
 * Commons Pool 2, on which DBCP2 stands, and clients of Redis, FTP and others: waits for all of
 * them, metrics for DBCP2.
 *
 * <p>{@code borrowObject(long)} calls {@code borrowObject(Duration)} where there is one; the
 * outermost counts.
 */
final class CommonsPoolHook implements LibraryHook {
  @Override
  public String name() {
    return "commons-pool";
  }

  @Override
  public Set<String> classes() {
    return Set.of("org/apache/commons/pool2/impl/GenericObjectPool");
  }

  @Override
  public List<Part> parts(String className) {
    return List.of(
        Part.of(Borrow.class, named("borrowObject").and(takesArguments(1))),
        Part.of(BorrowAdvice.GiveBack.class, named("returnObject")),
        Part.of(BorrowAdvice.GiveBack.class, named("invalidateObject")));
  }

  /** Woven. */
  static final class Borrow {
    private Borrow() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(@Advice.This Object pool) {
      return ConnectionPools.asks(LibraryHandle.COMMONS_POOL, pool);
    }

    @Advice.OnMethodExit(
        onThrowable = Throwable.class,
        suppress = Throwable.class,
        backupArguments = false)
    static void exit(
        @Advice.Enter int token,
        @Advice.This Object pool,
        @Advice.Return Object connection,
        @Advice.Thrown @Nullable Throwable refused) {
      ConnectionPools.answered(token, pool, connection, refused);
    }
  }
}

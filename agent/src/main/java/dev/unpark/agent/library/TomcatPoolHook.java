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
 * Tomcat's JDBC pool: the one method through which every connection is lent, and those that take it
 * back or throw it away. The other method called {@code borrowConnection} sets up one connection.
 */
final class TomcatPoolHook implements LibraryHook {
  private static final int ARGUMENTS = 3;

  @Override
  public String name() {
    return "tomcat-jdbc";
  }

  @Override
  public Set<String> classes() {
    return Set.of("org/apache/tomcat/jdbc/pool/ConnectionPool");
  }

  @Override
  public List<Part> parts(String className) {
    return List.of(
        Part.of(Borrow.class, named("borrowConnection").and(takesArguments(ARGUMENTS))),
        Part.of(
            BorrowAdvice.GiveBack.class,
            named("returnConnection").or(named("release")).and(takesArguments(1))));
  }

  /** Woven. */
  static final class Borrow {
    private Borrow() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(@Advice.This Object pool) {
      return ConnectionPools.asks(LibraryHandle.TOMCAT_POOL, pool);
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

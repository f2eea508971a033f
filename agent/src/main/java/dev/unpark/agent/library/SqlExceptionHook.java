package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.DatabaseErrors;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Every SQLException of every driver, as it is made: the four constructors that take an SQLState,
 * of which none calls another.
 *
 * <pre>
 *   (reason, state)   (reason, state, code)   (reason, state, cause)   (reason, state, code, cause)
 * </pre>
 *
 * <p>One that wraps another SQLException tells of the same error, and does not count.
 */
final class SqlExceptionHook implements LibraryHook {
  @Override
  public String name() {
    return "sql-exception";
  }

  @Override
  public Set<String> classes() {
    return Set.of("java/sql/SQLException");
  }

  @Override
  public List<Part> parts(String className) {
    ElementMatcher.Junction<MethodDescription> withState =
        isConstructor().and(takesArgument(0, String.class)).and(takesArgument(1, String.class));
    return List.of(
        Part.of(State.class, withState.and(takesArguments(2))),
        Part.of(
            StateAndCode.class, withState.and(takesArguments(3)).and(takesArgument(2, int.class))),
        Part.of(
            StateAndCause.class,
            withState.and(takesArguments(3)).and(takesArgument(2, Throwable.class))),
        Part.of(StateCodeAndCause.class, withState.and(takesArguments(4))));
  }

  /** Woven. */
  static final class State {
    private State() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object exception, @Advice.Argument(1) String state) {
      DatabaseErrors.made(exception, state, 0);
    }
  }

  /** Woven. */
  static final class StateAndCode {
    private StateAndCode() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(
        @Advice.This Object exception,
        @Advice.Argument(1) String state,
        @Advice.Argument(2) int code) {
      DatabaseErrors.made(exception, state, code);
    }
  }

  /** Woven. */
  static final class StateAndCause {
    private StateAndCause() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(
        @Advice.This Object exception,
        @Advice.Argument(1) String state,
        @Advice.Argument(2) Throwable cause) {
      if (!(cause instanceof SQLException)) {
        DatabaseErrors.made(exception, state, 0);
      }
    }
  }

  /** Woven. */
  static final class StateCodeAndCause {
    private StateCodeAndCause() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(
        @Advice.This Object exception,
        @Advice.Argument(1) String state,
        @Advice.Argument(2) int code,
        @Advice.Argument(3) Throwable cause) {
      if (!(cause instanceof SQLException)) {
        DatabaseErrors.made(exception, state, code);
      }
    }
  }
}

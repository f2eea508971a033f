package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.named;

import dev.unpark.agent.bootstrap.ThreadRows;
import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** Woven once into bytes that nobody loads: what weaving needs is then in memory. */
final class Rehearsal implements LibraryHook {
  @Override
  public String name() {
    return "rehearsal";
  }

  @Override
  public Set<String> classes() {
    return Set.of();
  }

  @Override
  public List<Part> parts(String className) {
    return List.of(Part.of(Nothing.class, named("coverage")));
  }

  /** Woven. */
  static final class Nothing {
    private Nothing() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(@Advice.This Object self) {
      return ThreadRows.NOT_RECORDED;
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
    static void exit(
        @Advice.Enter int token,
        @Advice.Return Object result,
        @Advice.Thrown @Nullable Throwable thrown) {
      // Nothing to see here.
    }
  }
}

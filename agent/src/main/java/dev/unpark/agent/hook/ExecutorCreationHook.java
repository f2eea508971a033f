package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.ExecutorTable;
import java.util.concurrent.ThreadPoolExecutor;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * Where each {@code ThreadPoolExecutor} is made: the constructor of seven arguments, to which the
 * others and those of {@code ScheduledThreadPoolExecutor} lead.
 */
final class ExecutorCreationHook implements Hook {
  private static final int ARGUMENTS = 7;

  @Override
  public String name() {
    return "executor-creation";
  }

  @Override
  public Class<?> target() {
    return ThreadPoolExecutor.class;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    return Advice.to(Creation.class).on(isConstructor().and(takesArguments(ARGUMENTS)));
  }

  @Override
  public boolean fires() {
    ProbeExecutor probe = new ProbeExecutor();
    probe.shutdown();
    return ExecutorTable.find(probe) != null;
  }

  /** Woven. */
  static final class Creation {
    private Creation() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object executor) {
      ExecutorTable.created(executor);
    }
  }
}

package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.ExecutorHandle;
import dev.unpark.agent.bootstrap.ExecutorTable;
import java.util.concurrent.ThreadPoolExecutor;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/** Each task that a {@code ThreadPoolExecutor} rejects, whatever its handler then does. */
final class ExecutorRejectionHook implements Hook {
  @Override
  public String name() {
    return "executor-rejection";
  }

  @Override
  public Class<?> target() {
    return ThreadPoolExecutor.class;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    return Advice.to(Rejection.class).on(named("reject").and(takesArguments(Runnable.class)));
  }

  @Override
  public boolean fires() {
    ProbeExecutor probe = new ProbeExecutor();
    probe.shutdown();
    probe.execute(() -> {});
    ExecutorHandle handle = ExecutorTable.find(probe);
    return handle != null && handle.rejections() == 1;
  }

  /** Woven. */
  static final class Rejection {
    private Rejection() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object executor) {
      ExecutorTable.rejected(executor);
    }
  }
}

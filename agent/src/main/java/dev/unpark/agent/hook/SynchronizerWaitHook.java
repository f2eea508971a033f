package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.WaitTable;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * The slow path of every {@code AbstractQueuedSynchronizer}: the one method that runs only after
 * the first attempt to acquire has failed.
 *
 * <pre>
 *   JDK 17 to 25   final int acquire(Node, int, boolean, boolean, boolean, long)
 * </pre>
 *
 * <p>An uncontended lock never gets there, so it runs the JDK's own code, unchanged. The other
 * methods of that name take one argument.
 */
final class SynchronizerWaitHook implements Hook {
  private static final int ARGUMENTS = 6;

  @Override
  public String name() {
    return "synchronizer-wait";
  }

  @Override
  public Class<?> target() {
    return AbstractQueuedSynchronizer.class;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    return Advice.to(Wait.class).on(named("acquire").and(takesArguments(ARGUMENTS)));
  }

  @Override
  public boolean fires() throws InterruptedException {
    Probe probe = new Probe();
    // Of the ways to acquire, the one that applications take least.
    probe.acquireInterruptibly(1);
    return probe.answers.wasSeen(probe);
  }

  /**
   * Woven, into the synchronizers of long state too; the node is given, not null, when a thread
   * comes back from a condition.
   */
  static final class Wait {
    private Wait() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static int enter(@Advice.This Object synchronizer, @Advice.Argument(0) Object node) {
      return WaitTable.enter(synchronizer, node != null);
    }

    @Advice.OnMethodExit(
        onThrowable = Throwable.class,
        suppress = Throwable.class,
        backupArguments = false)
    static void exit(
        @Advice.Enter int token, @Advice.Argument(2) boolean shared, @Advice.Return int result) {
      WaitTable.exit(token, result > 0, shared);
    }
  }

  private static final class Probe extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1;

    private final transient AcquireProbe answers = new AcquireProbe();

    @Override
    protected boolean tryAcquire(int ignored) {
      return answers.attempt(this);
    }
  }
}

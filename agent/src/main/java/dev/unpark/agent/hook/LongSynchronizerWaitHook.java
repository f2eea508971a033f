package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.util.concurrent.locks.AbstractQueuedLongSynchronizer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * The slow path of every {@code AbstractQueuedLongSynchronizer}: the one method that runs only
 * after the first attempt to acquire has failed.
 *
 * <pre>
 *   JDK 17 to 25   final int acquire(Node, long, boolean, boolean, boolean, long)
 * </pre>
 *
 * <p>An uncontended lock never gets there, so it runs the JDK's own code, unchanged. The other
 * methods of that name take one argument.
 */
final class LongSynchronizerWaitHook implements Hook {
  private static final int ARGUMENTS = 6;

  @Override
  public String name() {
    return "long-synchronizer-wait";
  }

  @Override
  public Class<?> target() {
    return AbstractQueuedLongSynchronizer.class;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    return Advice.to(SynchronizerWaitHook.Wait.class)
        .on(named("acquire").and(takesArguments(ARGUMENTS)));
  }

  @Override
  public boolean fires() throws InterruptedException {
    Probe probe = new Probe();
    // Of the ways to acquire, the one that applications take least.
    probe.acquireInterruptibly(1);
    return probe.answers.wasSeen(probe);
  }

  private static final class Probe extends AbstractQueuedLongSynchronizer {
    private static final long serialVersionUID = 1;

    private final transient AcquireProbe answers = new AcquireProbe();

    @Override
    protected boolean tryAcquire(long ignored) {
      return answers.attempt(this);
    }
  }
}

package dev.unpark.agent.library;

import dev.unpark.agent.bootstrap.ConnectionPools;
import net.bytebuddy.asm.Advice;

/** What is woven into pools that hand out and take back the same object. */
final class BorrowAdvice {
  private BorrowAdvice() {}

  /** Woven, into methods that take the object first. */
  static final class GiveBack {
    private GiveBack() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object pool, @Advice.Argument(0) Object connection) {
      ConnectionPools.givenBack(pool, connection);
    }
  }
}

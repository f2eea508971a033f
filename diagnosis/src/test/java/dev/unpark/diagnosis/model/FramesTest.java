package dev.unpark.diagnosis.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
  @Test
  void givenAStackThatEntersTheJdk_whenAskedForTheOwnFrame_thenTheUsersCodeIsNamed() {
    List<String> stack =
        List.of(
            "jdk.internal.misc.Unsafe.park(Native Method)",
            "java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)",
            "shop.Bank.move(Bank.java:31)",
            "java.lang.Thread.run(Thread.java:840)");

    assertThat(Frames.ownFrame(stack)).isEqualTo("shop.Bank.move(Bank.java:31)");
    assertThat(Frames.brief(Frames.ownFrame(stack))).isEqualTo("Bank.move(Bank.java:31)");
    assertThat(Frames.method(Frames.ownFrame(stack))).isEqualTo("shop.Bank.move");
  }

  @Test
  void givenAStackOfTheJdkAlone_orNone_whenAskedForTheOwnFrame_thenTheInnermostOrEmpty() {
    assertThat(Frames.ownFrame(List.of("java.lang.Object.wait(Native Method)")))
        .isEqualTo("java.lang.Object.wait(Native Method)");
    assertThat(Frames.ownFrame(List.of())).isEmpty();
  }

  @Test
  void givenHiddenClassesOfTwoRunsAndTwoJdks_whenTheirMethodsAreCompared_thenTheyAreTheSame() {
    String jdk17 = "shop.Bank$$Lambda$15/0x00007f12c8001a40.run(Unknown Source)";
    String jdk25 = "shop.Bank$$Lambda/0x000001f3a8003c00.run(Unknown Source)";

    assertThat(Frames.method(jdk17)).isEqualTo(Frames.method(jdk25));
    assertThat(
            Frames.method("jdk.internal.reflect.GeneratedMethodAccessor12.invoke(Unknown Source)"))
        .isEqualTo(
            Frames.method("jdk.internal.reflect.GeneratedMethodAccessor7.invoke(Unknown Source)"));
  }

  @Test
  void givenAPlaceInALibrary_whenTold_thenItsCallerIsToldToo() {
    String wait = "org.apache.kafka.common.utils.SystemTime.waitObject(SystemTime.java:55)";
    String user = "shop.Mail.send(Mail.java:9)";
    String filter = "shop.Filter.doFilter(Filter.java:3)";
    List<String> stack = List.of("java.lang.Object.wait(Object.java)", wait, "java.A.b(A)", user);

    assertThat(Frames.place(stack, wait))
        .isEqualTo("SystemTime.waitObject(SystemTime.java:55), called from Mail.send(Mail.java:9)");
    assertThat(Frames.place(stack, user)).isEqualTo("Mail.send(Mail.java:9)");
    assertThat(Frames.place(List.of(wait), wait))
        .isEqualTo("SystemTime.waitObject(SystemTime.java:55)");
    assertThat(Frames.place(List.of(user, wait, filter), wait)).endsWith("Filter.java:3)");
    assertThat(Frames.place(List.of(), "")).isEmpty();
  }

  @Test
  void givenFramesThatAreNone_whenRead_thenNothingBreaks() {
    assertThat(Frames.brief("")).isEmpty();
    assertThat(Frames.brief("main")).isEqualTo("main");
    assertThat(Frames.brief("Main.main(Main.java:1)")).isEqualTo("Main.main(Main.java:1)");
    assertThat(Frames.method("(")).isEmpty();
  }

  @Test
  void givenThreadNames_whenNormalised_thenEveryNumberIsOne() {
    assertThat(Frames.namePattern("http-nio-8080-exec-12")).isEqualTo("http-nio-#-exec-#");
  }
}

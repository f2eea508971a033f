package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToFileTextTest {
  private static final String JDK_21 =
      """
      812
      2026-01-05T10:00:00.500Z
      21.0.5+11-LTS

      #1 "main"
            java.base/java.lang.Thread.sleep0(Native Method)
            app//shop.Till.main(Till.java:9)

      #31 "order "7\"" virtual
            java.base/java.lang.VirtualThread.park(VirtualThread.java:592)

      """;

  private static final String JDK_25 =
      """
      3843
      2026-11-23T20:45:19.200493770Z
      25.0.3+9-LTS

      #3 "main" RUNNABLE 2026-11-23T20:45:19.228241695Z
          at shop.Till.main(Till.java:9)

      #21 "line
      break" BLOCKED 2026-11-23T20:45:19.233664940Z
          at shop.Till.pay(Till.java:10)
          - locked <java.lang.Object@3b00edd2>
          - waiting to lock <java.lang.Object@35d062a0>
          - lock is eliminated

      """;

  @Test
  void givenADumpOfJdk21_whenRead_thenTellsThreadsAndSaysThatStatesAreMissing() throws IOException {
    Dump dump = read(JDK_21).dumps().get(0);

    assertThat(dump.observation().jvm().pid()).isEqualTo(812);
    assertThat(dump.observation().jvm().jdk()).isEqualTo("21.0.5");
    assertThat(dump.observation().time()).isEqualTo(Instant.parse("2026-01-05T10:00:00.500Z"));
    assertThat(dump.observation().threads())
        .extracting(ObservedThread::name, ObservedThread::virtual, ObservedThread::state)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("main", false, ThreadState.UNKNOWN),
            org.assertj.core.groups.Tuple.tuple("order \"7\"", true, ThreadState.UNKNOWN));
    assertThat(dump.observation().threads().get(0).stack())
        .containsExactly("java.lang.Thread.sleep0(Native Method)", "shop.Till.main(Till.java:9)");
    assertThat(dump.observation().limits())
        .containsExactly(
            "states and locks of threads: this form has none up to JDK 23, `jcmd 812 Thread.print -l`"
                + " shows them");
    assertThat(dump.unreadCount()).isZero();
  }

  @Test
  void givenANameWithALineBreak_whenRead_thenIsOneThreadWithItsLines() throws IOException {
    Dump dump = read(JDK_25).dumps().get(0);

    ObservedThread thread = dump.observation().threads().get(1);
    assertThat(thread.name()).isEqualTo("line\nbreak");
    assertThat(thread.state()).isEqualTo(ThreadState.BLOCKED);
    assertThat(thread.evidence()).isNotNull();
    assertThat(thread.evidence().from()).isEqualTo(8);
    assertThat(thread.evidence().to()).isEqualTo(13);
    assertThat(dump.unreadCount()).isZero();
  }

  @Test
  void givenTwoDumpsInOneFile_whenRead_thenAreTwo() throws IOException {
    DumpFile file = read(JDK_21 + JDK_25);

    assertThat(file.dumps()).hasSize(2);
    assertThat(file.dumps()).extracting(dump -> dump.lines().from()).isEqualTo(List.of(1, 12));
  }

  @Test
  void givenAPrintedDumpBehindIt_whenRead_thenBothFormsAreRead() throws IOException {
    DumpFile file =
        read(
            JDK_21
                + "812:\n2026-01-05 10:00:01\nFull thread dump OpenJDK (21.0.5+11-LTS mixed mode):\n\n"
                + "\"main\" #1 [9] prio=5 os_prio=0 tid=0x7f01 nid=9 runnable  [0x7f02]\n"
                + "   java.lang.Thread.State: RUNNABLE\n\nJNI global refs: 1, weak refs: 0\n");

    assertThat(file.form()).isEqualTo(DumpForm.TO_FILE_TEXT);
    assertThat(file.dumps()).hasSize(2);
    assertThat(file.dumps().get(1).observation().jvm().pid()).isEqualTo(812);
    assertThat(file.dumps().get(0).unreadCount() + file.dumps().get(1).unreadCount())
        .as("the second dump's head is no torn line of the first")
        .isZero();
  }

  @Test
  void givenATornLine_whenRead_thenIsRecordedAndTheDumpCalledTruncated() throws IOException {
    Dump dump = read(JDK_25.substring(0, JDK_25.indexOf("    - waiting") + 20)).dumps().get(0);

    assertThat(dump.truncated()).isTrue();
    assertThat(dump.unreadLines()).extracting(UnreadLine::line).containsExactly(12);
  }

  private static DumpFile read(String text) throws IOException {
    return Corpus.read("x.txt", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}

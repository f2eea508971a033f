package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeImageTextTest {
  private static final String DUMP =
      """
      10:00:00 INFO  serving
      Full thread dump:

      "main" #1 thread=0x00007f8dd8002320 state=WAITING
        SP 0x00007ffd10 IP 0x0000000000401000 FrameSize 32   java.lang.Object.wait(Object.java:339)
        SP 0x00007ffd30 IP 0x0000000000401100 FrameSize 48   shop.Till.main(Till.java:12)

      "say "a"" #31 daemon thread=0x00007f8dd8002388 state=BLOCKED
        SP 0x00007ffd10 IP 0x0000000000401000 FrameSize 32   shop.Till$$Lambda/0x3f.run(Unknown Source)

      (no Java thread) thread=0x00007f8dd8002400

      10:00:01 INFO  served "x"
      """;

  @ParameterizedTest
  @ValueSource(strings = {"thread=", "tid="})
  void givenADumpInALog_whenRead_thenHasItsThreadsAndSaysThatLocksAreMissing(String field)
      throws IOException {
    DumpFile file = read(DUMP.replace("thread=", field));

    assertThat(file.form()).isEqualTo(DumpForm.NATIVE_IMAGE);
    assertThat(file.dumps()).hasSize(1);
    Dump dump = file.dumps().get(0);
    assertThat(dump.threadCount()).isEqualTo(3);
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.observation().threads())
        .extracting(ObservedThread::id, ObservedThread::name, ObservedThread::state)
        .containsExactly(
            Tuple.tuple(1L, "main", ThreadState.WAITING),
            Tuple.tuple(31L, "say \"a\"", ThreadState.BLOCKED));
    assertThat(dump.observation().threads().get(0).stack())
        .containsExactly("java.lang.Object.wait(Object.java:339)", "shop.Till.main(Till.java:12)");
    assertThat(dump.observation().limits())
        .singleElement()
        .asString()
        .startsWith("locks, who owns them and who waits for them: ");
  }

  @Test
  void givenTwoDumps_whenRead_thenAreTwo() throws IOException {
    assertThat(read(DUMP + DUMP).dumps()).hasSize(2);
  }

  private static DumpFile read(String text) throws IOException {
    return Corpus.read("log", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}

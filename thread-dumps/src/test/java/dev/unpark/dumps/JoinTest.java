package dev.unpark.dumps;

import static dev.unpark.dumps.Fixture.dump;
import static dev.unpark.dumps.Fixture.holder;
import static dev.unpark.dumps.Fixture.knotted;
import static dev.unpark.dumps.Fixture.thread;
import static dev.unpark.dumps.Fixture.waitOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import org.junit.jupiter.api.Test;

class JoinTest {
  private final Dump print = dump(Fixture.text("virtual-25-l-e.txt"));
  private final Dump file = dump(Fixture.text("virtual-25.json"));

  @Test
  void givenBothFormsOfOneMoment_whenJoined_thenPlatformThreadsWaitForVirtualOnes() {
    Dump joined = Join.of(print, file);

    assertThat(knotted(print)).as("Thread.print shows no virtual thread").isEmpty();
    assertThat(knotted(joined)).containsExactly("post", "settle");
    assertThat(holder(joined, "report")).isEqualTo("post");
    assertThat(waitOf(joined, "report").turn()).startsWith("cpu ");
    assertThat(waitOf(file, "post").turn()).as("the file counts nothing").isEmpty();
    assertThat(waitOf(joined, "post").turn()).startsWith("carriers ").contains(" cpu ");
    assertThat(joined.observation().limits()).isEmpty();
    assertThat(joined.threadCount()).isEqualTo(print.threadCount() + 2);
  }

  @Test
  void givenThreadsThatBothFormsShow_whenJoined_thenEachStandsOnce() {
    Dump joined = Join.of(print, file);

    assertThat(joined.observation().threads())
        .extracting(ObservedThread::id)
        .doesNotHaveDuplicates();
    assertThat(thread(joined, "main")).isEqualTo(thread(print, "main"));
  }
}

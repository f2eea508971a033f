package dev.unpark.dumps;

import static dev.unpark.dumps.Fixture.dump;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** On a real pair of JDK 25, and on what is not quite one. */
class MomentTest {
  private static final String PRINT = Fixture.text("virtual-25-l-e.txt");
  private static final String FILE = Fixture.text("virtual-25.json");

  private final Dump print = dump(PRINT);
  private final Dump file = dump(FILE);

  @Test
  void givenBothFormsOfOneMoment_whenAsked_thenTheyAreOfOneJvmAndNoTimeApart() {
    assertThat(Moment.isPrint(print)).isTrue();
    assertThat(Moment.isFile(file)).isTrue();
    assertThat(Moment.isOfOneJvm(print, file)).isTrue();
    assertThat(Moment.apart(print, file)).isZero();
  }

  @Test
  void givenTheWrongSides_whenAsked_thenTheyAreNone() {
    assertThat(Moment.isPrint(file)).isFalse();
    assertThat(Moment.isFile(print)).isFalse();
    assertThat(Moment.isPrint(dump(PRINT.replaceFirst("(?m)^20.*\n", ""))))
        .as("without its time nobody knows its moment")
        .isFalse();
  }

  @Test
  void givenAnotherTime_whenAsked_thenTellsHowFarApart() {
    Dump earlier = dump(FILE.replaceFirst("00:28:23.462678852", "00:28:20.000"));
    Dump later = dump(FILE.replaceFirst("00:28:23.462678852", "00:28:29.000"));

    assertThat(Moment.apart(print, earlier)).isEqualTo(Duration.ofSeconds(3));
    assertThat(Moment.apart(print, later)).as("it says 23, which may be 23.9").hasSeconds(5);
  }

  @Test
  void givenAnotherProcessOrJdkOrOtherThreads_whenAsked_thenAreOfTwoJvms() {
    assertThat(Moment.isOfOneJvm(print, dump(FILE.replace("\"30808\"", "\"30809\"")))).isFalse();
    assertThat(Moment.isOfOneJvm(print, dump(FILE.replace("25.0.3+9", "25.0.2+9")))).isFalse();
    assertThat(
            Moment.isOfOneJvm(print, dump(FILE.replaceAll("\"name\": \"", "\"name\": \"other "))))
        .isFalse();
  }

  @Test
  void givenNoProcessId_whenAsked_thenThreadsTell() {
    Dump nameless = dump(PRINT.replaceFirst("30808:\n", ""));

    assertThat(nameless.observation().jvm().pid()).isNegative();
    assertThat(Moment.isOfOneJvm(nameless, file)).isTrue();
  }

  @Test
  void givenATornFile_whenAsked_thenWhatIsLeftTells() {
    Dump torn = dump(FILE.substring(0, FILE.indexOf("\"Signal Dispatcher\"") + 200));

    assertThat(torn.truncated()).isTrue();
    assertThat(Moment.isOfOneJvm(print, torn)).isTrue();
  }

  @Test
  void givenTheOtherOrder_whenJoined_thenVirtualThreadsHaveAnotherTurn() {
    Dump before = dump(FILE.replaceFirst("00:28:23.462678852", "00:28:20.000"));

    assertThat(Fixture.waitOf(Join.of(print, file), "post").turn()).startsWith("carriers ");
    assertThat(Fixture.waitOf(Join.of(print, before), "post").turn())
        .startsWith("carriers afterwards ");
  }
}

package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Threads that wait for each other's static initialisers, as JDK 8 prints them: it names no class.
 */
class ClassInitializationTest {
  private static final String HEADER =
      "2019-05-03 11:25:23\nFull thread dump OpenJDK 64-Bit Server VM (25.202-b08 mixed mode):\n\n";

  private static String thread(String name, int id, String status, String... frames) {
    StringBuilder text = new StringBuilder();
    text.append('"').append(name).append("\" #").append(id);
    text.append(" prio=5 os_prio=0 tid=0x00007f19000").append(id).append("000 nid=0x");
    text.append(id).append(' ').append(status).append(" [0x00007f1904").append(id);
    text.append("0000]\n   java.lang.Thread.State: RUNNABLE\n");
    for (String frame : frames) {
      text.append("\tat ").append(frame).append('\n');
    }
    return text.append('\n').toString();
  }

  private static List<Finding> diagnose(String... threads) throws IOException {
    String text = HEADER + String.join("", threads) + "JNI global references: 5\n";
    Dump dump =
        new DumpReader(ZoneOffset.UTC)
            .read(
                "jdk8",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                Instant.EPOCH)
            .dumps()
            .get(0);
    return new Diagnostician(Detectors.all(), Duration.ZERO).observe(dump.observation());
  }

  private static final String PRICES =
      thread(
          "prices",
          11,
          "in Object.wait()",
          "shop.Prices.<clinit>(Prices.java:7)",
          "shop.A.run(A.java:1)");
  private static final String TAXES =
      thread(
          "taxes",
          12,
          "in Object.wait()",
          "shop.Taxes.<clinit>(Taxes.java:9)",
          "shop.B.run(B.java:1)");

  @Test
  void givenTwoInitialisersThatWaitForEachOther_whenDiagnosed_thenADeadlockIsSuspected()
      throws IOException {
    Finding finding = diagnose(PRICES, TAXES).get(0);

    assertThat(finding.type()).isEqualTo("deadlock");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline()).isEqualTo("2 threads wait for each other: prices and taxes");
    assertThat(finding.explanation().get(0))
        .isEqualTo(
            "prices waits for the initialisation of some class A, held by taxes, at"
                + " Prices.<clinit>(Prices.java:7)");
    assertThat(finding.limits().get(0)).contains("it runs a static initialiser");
  }

  @Test
  void givenAThreadBehindAnInitialiserThatRuns_whenDiagnosed_thenFindsNothing() throws IOException {
    String computes =
        thread(
            "taxes", 12, "runnable", "shop.Sum.add(Sum.java:3)", "shop.Taxes.<clinit>(T.java:9)");

    assertThat(diagnose(PRICES, computes)).isEmpty();
  }

  @Test
  void givenAThreadThatReallyWaitsForANotification_whenDiagnosed_thenFindsNothing()
      throws IOException {
    String waits =
        thread(
            "taxes",
            12,
            "in Object.wait()",
            "java.lang.Object.wait(Native Method)",
            "shop.B.run(B.java:1)");

    assertThat(diagnose(waits, waits.replace("\"taxes\" #12", "\"other\" #13"))).isEmpty();
  }
}

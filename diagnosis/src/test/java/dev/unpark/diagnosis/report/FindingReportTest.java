package dev.unpark.diagnosis.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FindingReportTest {

  private static Scene ring() {
    return new Scene()
        .waits(31, "transfer-1", "ReentrantLock@2", "1", false, "shop.Bank.move(Bank.java:31)")
        .waits(32, "transfer-2", "ReentrantLock@1", "1", false, "shop.Bank.move(Bank.java:31)")
        .waits(40, "evil\u001b[2J\n", "ReentrantLock@1", "1", false, "shop.Web.get(Web.java:9)")
        .lock("ReentrantLock@1", 31)
        .lock("ReentrantLock@2", 32);
  }

  private static Finding finding() {
    Diagnostician diagnostician = new Diagnostician();
    diagnostician.observe(ring().at(0));
    diagnostician.observe(ring().at(41_000));
    return diagnostician.active().get(0);
  }

  private static String expected(String resource) throws IOException {
    try (InputStream in = FindingReportTest.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
    }
  }

  @Test
  void givenAFinding_whenRenderedForPeople_thenVerdictComesFirst() throws IOException {
    assertThat(new FindingText(ZoneOffset.UTC, false).render(finding()))
        .isEqualTo(expected("deadlock.txt"));
  }

  @Test
  void givenAFinding_whenRenderedVerbosely_thenStacksAreShown() throws IOException {
    assertThat(new FindingText(ZoneOffset.UTC, true).render(finding()))
        .isEqualTo(expected("deadlock-verbose.txt"));
  }

  @Test
  void givenAFinding_whenWrittenAsJson_thenItIsOneLineInThePublishedShape() throws IOException {
    assertThat(FindingJson.line(finding()) + "\n").isEqualTo(expected("deadlock.json"));
  }
}

package dev.unpark.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final JvmIdentity JVM =
      new JvmIdentity("checkout", "checkout-7", JvmIdentity.UNKNOWN_PID, "");

  @Test
  void givenAFinding_whenFlattened_thenParticipantsStandInOneOrder() {
    Attributes attributes = Events.findingAttributes(finding(2));

    assertThat(attributes.get(Events.FINDING_ID)).isEqualTo("deadlock:1");
    assertThat(attributes.get(Events.FINDING_CERTAINTY)).isEqualTo("proven");
    assertThat(attributes.get(Events.FINDING_RUNBOOK)).isEqualTo("docs/runbooks/deadlock.md");
    assertThat(attributes.get(Events.THREAD_IDS)).containsExactly(31L, 31L);
    assertThat(attributes.get(Events.THREAD_NAMES)).containsExactly("transfer-1", "transfer-1");
    assertThat(attributes.get(Events.STACKS)).containsExactly("a.B.c\nd.E.f", "a.B.c\nd.E.f");
  }

  @Test
  void givenAThousandVictims_whenFlattened_thenTheEventStaysBounded() {
    assertThat(Events.findingAttributes(finding(1000)).get(Events.THREAD_IDS)).hasSize(32);
  }

  @Test
  void givenEachState_whenNamed_thenOnlyTroubleIsAnError() {
    assertThat(Events.name(Finding.State.CLOSED)).isEqualTo("unpark.finding.closed");
    assertThat(Events.severity(finding(1))).isEqualTo(Severity.ERROR);
    assertThat(Events.severity(finding(1).in(Finding.State.CLOSED))).isEqualTo(Severity.INFO);
  }

  @Test
  void givenAResource_whenItNamesAJvm_thenTheIdentityIsTheSameAgain() {
    JvmIdentity jvm = new JvmIdentity("checkout", "checkout-7", 4711, "25.0.3");

    assertThat(JvmResource.identity(JvmResource.attributes(jvm, "host-1"))).contains(jvm);
    assertThat(JvmResource.identity(Attributes.empty())).isEmpty();
  }

  @Test
  void givenAResourceWithoutInstanceId_whenItNamesHostAndProcess_thenTheyAreTheInstance() {
    Attributes resource =
        Attributes.builder()
            .put(JvmResource.SERVICE_NAME, "checkout")
            .put(JvmResource.HOST_NAME, "host-1")
            .put(JvmResource.PROCESS_PID, 12)
            .build();

    assertThat(JvmResource.identity(resource))
        .contains(new JvmIdentity("checkout", "host-1:12", 12, ""));
  }

  private static Finding finding(int participants) {
    ObservedThread thread =
        ObservedThread.live(
            31, "transfer-1", false, ThreadState.BLOCKED, null, List.of("a.B.c", "d.E.f"));
    return new Finding(
        "deadlock:1",
        "deadlock",
        Finding.State.OPENED,
        Certainty.PROVEN,
        dev.unpark.diagnosis.finding.Severity.CRITICAL,
        "2 threads wait for each other",
        Instant.EPOCH,
        Instant.EPOCH,
        JVM,
        Collections.nCopies(participants, new Participant(thread, Role.MEMBER, List.of(), null)),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}

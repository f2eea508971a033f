package dev.unpark.collector.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.report.FindingJson;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FindingReaderTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void givenAFindingOfEveryKindOfRelease_whenKeptAndRead_thenItIsTheSame() {
    List<Resource> resources =
        List.of(
            resource("a", Release.owner(1)),
            resource("b", Release.free()),
            resource("c", new Release.AllOf(Set.of(1L, 2L))),
            resource("d", new Release.AnyOf(Set.of(1L, 2L))),
            resource("e", new Release.Believed(Set.of(2L), "")),
            resource("f", new Release.ServedBy("pool")),
            resource("g", new Release.Unknown()));
    Finding kept = finding(resources);

    assertThat(FindingReader.read(FindingJson.line(kept))).hasValue(kept);
  }

  @Test
  void givenWhatIsNoFinding_whenRead_thenThereIsNone() {
    String good = FindingJson.line(finding(List.of()));
    for (String bad :
        List.of(
            "",
            "[]",
            "{",
            good.replace("\"critical\"", "\"terrible\""),
            good.replace("2026-01-31T12", "yesterday"),
            good.replace("now: restart", "restart"))) {
      assertThat(FindingReader.read(bad)).as(bad).isEmpty();
    }
  }

  private static Finding finding(List<Resource> resources) {
    ObservedThread worker =
        ObservedThread.live(1, "<b>", true, ThreadState.WAITING, null, List.of("a.B.c(D.java:1)"));
    Resource wanted = resource("x", Release.owner(2));
    return new Finding(
        "deadlock:0123456789abcdef",
        "deadlock",
        Finding.State.UPDATED,
        Certainty.PROVEN,
        Severity.CRITICAL,
        "stuck",
        NOON,
        NOON.plusSeconds(3),
        new JvmIdentity("shop", "1", 4711, "25"),
        List.of(new Participant(worker, Role.WORKER, List.of(wanted), wanted)),
        resources,
        List.of(
            new ExecutorState(
                "pool", "w-#", "T", "s", List.of(1L), false, 1, 1, 1, 5, 9, 7, 2, null)),
        List.of("because"),
        List.of(NextStep.now("restart"), NextStep.cause("this"), NextStep.fix("that")),
        List.of("nothing else"));
  }

  private static Resource resource(String id, Release release) {
    return new Resource(id, ResourceKind.FUTURE, "java.util.concurrent.FutureTask", "", release);
  }
}

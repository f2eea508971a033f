package dev.unpark.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {
  /** Prometheus gives these a meaning of its own: a series that brings one has it renamed. */
  private static final List<String> RESERVED = List.of("job", "instance", "le", "quantile");

  @Test
  void givenEveryRow_whenRead_thenItKeepsTheNamingRules() {
    for (Metric metric : Metric.values()) {
      String name = metric.metricName();
      assertThat(name).matches("[a-z]+(\\.[a-z]+(_[a-z]+)*)+");
      assertThat(name).doesNotEndWith("total").doesNotEndWith("seconds");
      assertThat(metric.description()).endsWith(".");
      assertThat(metric.target()).as(name).endsWith(".");
      assertThat(metric.gotcha()).as(name).endsWith(".");
      assertThat(metric.attributes()).doesNotHaveDuplicates().allMatch(key -> !key.isEmpty());
      assertThat(metric.attributes()).as(name).doesNotContainAnyElementsOf(RESERVED);
      if (name.endsWith("duration")) {
        assertThat(metric.type()).isEqualTo(InstrumentType.HISTOGRAM);
        assertThat(metric.unit()).isEqualTo("s");
      }
    }
  }
}

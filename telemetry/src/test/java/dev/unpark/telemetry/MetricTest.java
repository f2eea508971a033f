package dev.unpark.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricTest {
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
      if (name.endsWith("duration")) {
        assertThat(metric.type()).isEqualTo(InstrumentType.HISTOGRAM);
        assertThat(metric.unit()).isEqualTo("s");
      }
    }
  }
}

package dev.unpark.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusNameTest {
  @Test
  void givenACounter_whenSpelt_thenUnitInBracesIsDroppedAndTotalAdded() {
    assertThat(spelt("unpark.lock.contentions", "{contention}", InstrumentType.COUNTER))
        .isEqualTo("unpark_lock_contentions_total");
    assertThat(spelt("unpark.agent.cpu.time", "s", InstrumentType.COUNTER))
        .isEqualTo("unpark_agent_cpu_time_seconds_total");
    assertThat(spelt("requests_total", "", InstrumentType.COUNTER)).isEqualTo("requests_total");
  }

  @Test
  void givenAUnit_whenSpelt_thenItIsTheLastWordOnce() {
    assertThat(spelt("unpark.lock.wait.duration", "s", InstrumentType.HISTOGRAM))
        .isEqualTo("unpark_lock_wait_duration_seconds");
    assertThat(spelt("wait.seconds", "s", InstrumentType.HISTOGRAM)).isEqualTo("wait_seconds");
    assertThat(spelt("unpark.agent.memory", "By", InstrumentType.UP_DOWN_COUNTER))
        .isEqualTo("unpark_agent_memory_bytes");
    assertThat(spelt("disk.io", "By/s", InstrumentType.GAUGE))
        .isEqualTo("disk_io_bytes_per_second");
    assertThat(spelt("a.rate", "{request}/s", InstrumentType.GAUGE)).isEqualTo("a_rate_per_second");
    assertThat(spelt("odd", "fur.long", InstrumentType.GAUGE)).isEqualTo("odd_fur_long");
  }

  @Test
  void givenUnitOne_whenSpelt_thenOnlyAGaugeIsARatio() {
    assertThat(spelt("unpark.lock.pressure", "1", InstrumentType.GAUGE))
        .isEqualTo("unpark_lock_pressure_ratio");
    assertThat(spelt("some.sum", "1", InstrumentType.UP_DOWN_COUNTER)).isEqualTo("some_sum");
  }

  @Test
  void givenNamesThatPrometheusDoesNotKnow_whenSpelt_thenTheyAreIdentifiers() {
    assertThat(spelt("9 lives--of\"a\ncat", "", InstrumentType.GAUGE))
        .isEqualTo("_9_lives_of_a_cat");
    assertThat(spelt("", "", InstrumentType.GAUGE)).isEqualTo("_");
    assertThat(PrometheusName.label("lock.kind")).isEqualTo("lock_kind");
    assertThat(PrometheusName.label("a:b")).isEqualTo("a_b");
  }

  @Test
  void givenTheTable_whenSpelt_thenEveryNameIsOnceAnIdentifier() {
    assertThat(Metric.values())
        .extracting(Metric::prometheusName)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z][a-z0-9_]*"))
        .contains(
            "unpark_deadlock_thread_count",
            "unpark_deadlocks_total",
            "unpark_finding_active",
            "unpark_findings_total",
            "jvm_executor_queue_size",
            "unpark_executor_queue_oldest_age_seconds");
  }

  private static String spelt(String name, String unit, InstrumentType type) {
    return PrometheusName.of(name, unit, type);
  }
}

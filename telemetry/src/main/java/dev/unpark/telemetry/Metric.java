package dev.unpark.telemetry;

import static dev.unpark.telemetry.InstrumentType.COUNTER;
import static dev.unpark.telemetry.InstrumentType.GAUGE;
import static dev.unpark.telemetry.InstrumentType.HISTOGRAM;
import static dev.unpark.telemetry.InstrumentType.UP_DOWN_COUNTER;

import java.util.List;

/**
 * Every metric that Unpark emits: one row each, and the only place where its name stands. Agent,
 * collector, dashboards, alert rules and the metric reference follow this table.
 */
public enum Metric {
  LOCK_WAIT_DURATION(
      "unpark.lock.wait.duration",
      HISTOGRAM,
      "s",
      "Time that threads waited for a lock, per wait that ended.",
      "lock.kind",
      "lock.class",
      "lock.site",
      "outcome"),
  LOCK_CONTENTIONS(
      "unpark.lock.contentions",
      COUNTER,
      "{contention}",
      "Times that a thread had to wait for a lock.",
      "lock.kind",
      "lock.class",
      "lock.site"),
  LOCK_WAITER_COUNT(
      "unpark.lock.waiter.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Threads that wait for a lock now.",
      "lock.site"),
  EXECUTOR_THREAD_COUNT(
      "jvm.executor.thread.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Threads of an executor.",
      "jvm.executor.name",
      "jvm.executor.type",
      "jvm.executor.thread.state"),
  EXECUTOR_THREAD_CORE(
      "jvm.executor.thread.core",
      UP_DOWN_COUNTER,
      "{thread}",
      "Core size of an executor.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_THREAD_LIMIT(
      "jvm.executor.thread.limit",
      UP_DOWN_COUNTER,
      "{thread}",
      "Maximum size of an executor; absent when unbounded.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_SIZE(
      "jvm.executor.queue.size",
      UP_DOWN_COUNTER,
      "{task}",
      "Tasks in the queue of an executor.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_CAPACITY(
      "jvm.executor.queue.capacity",
      UP_DOWN_COUNTER,
      "{task}",
      "Tasks that the queue of an executor can hold; absent when unbounded.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_TASK_COMPLETED(
      "jvm.executor.task.completed",
      COUNTER,
      "{task}",
      "Tasks that an executor has completed.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_TASK_REJECTED(
      "jvm.executor.task.rejected",
      COUNTER,
      "{task}",
      "Tasks that an executor has rejected.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_OLDEST_AGE(
      "unpark.executor.queue.oldest.age",
      GAUGE,
      "s",
      "Age of the task at the head of the queue of an executor.",
      "jvm.executor.name",
      "jvm.executor.type"),
  DEADLOCK_THREAD_COUNT(
      "unpark.deadlock.thread.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Threads that are deadlocked now, proven.",
      "deadlock.kind"),
  DEADLOCKS("unpark.deadlocks", COUNTER, "{deadlock}", "Deadlocks found, proven.", "deadlock.kind"),
  FINDING_ACTIVE(
      "unpark.finding.active",
      UP_DOWN_COUNTER,
      "{finding}",
      "Findings that are open now.",
      "finding.type",
      "severity",
      "certainty"),
  FINDINGS(
      "unpark.findings",
      COUNTER,
      "{finding}",
      "Findings that were opened.",
      "finding.type",
      "severity",
      "certainty"),
  THREAD_COUNT(
      "jvm.thread.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Platform threads.",
      "jvm.thread.state",
      "jvm.thread.daemon"),
  VIRTUAL_THREAD_PINNED(
      "jvm.thread.virtual.pinned",
      HISTOGRAM,
      "s",
      "Time that virtual threads kept their carrier while they waited."),
  HTTP_SERVER_ACTIVE_REQUESTS(
      "http.server.active_requests",
      UP_DOWN_COUNTER,
      "{request}",
      "HTTP requests that threads serve now.",
      "http.request.method",
      "url.scheme"),
  HTTP_SERVER_REQUEST_DURATION(
      "http.server.request.duration",
      HISTOGRAM,
      "s",
      "Time that HTTP requests took to serve.",
      "http.request.method",
      "url.scheme",
      "http.response.status_code",
      "error.type"),
  DB_CONNECTION_COUNT(
      "db.client.connection.count",
      UP_DOWN_COUNTER,
      "{connection}",
      "Connections of a pool.",
      "db.client.connection.pool.name",
      "db.client.connection.state"),
  DB_CONNECTION_MAX(
      "db.client.connection.max",
      UP_DOWN_COUNTER,
      "{connection}",
      "Connections that a pool may have; absent when unbounded.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_PENDING_REQUESTS(
      "db.client.connection.pending_requests",
      UP_DOWN_COUNTER,
      "{request}",
      "Threads that ask a pool for a connection now.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_TIMEOUTS(
      "db.client.connection.timeouts",
      COUNTER,
      "{timeout}",
      "Times that a thread waited for a connection in vain.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_WAIT_TIME(
      "db.client.connection.wait_time",
      HISTOGRAM,
      "s",
      "Time until a pool gave a connection.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_USE_TIME(
      "db.client.connection.use_time",
      HISTOGRAM,
      "s",
      "Time from taking a connection to giving it back.",
      "db.client.connection.pool.name"),
  DB_LOCK_ERRORS(
      "unpark.db.lock.errors",
      COUNTER,
      "{error}",
      "Deadlocks and lock time-outs that a database reported.",
      "db.system.name",
      "error.kind"),
  KAFKA_RECORDS_LAG_MAX(
      "kafka.consumer.records_lag_max",
      GAUGE,
      "{record}",
      "Records that a consumer is behind, in its furthest partition.",
      "client-id"),
  BACKPRESSURE_EVENTS(
      "unpark.backpressure.events",
      COUNTER,
      "{event}",
      "Calls that were refused, or made to wait, to protect what is behind.",
      "mechanism",
      "site"),
  RETRIES("unpark.retries", COUNTER, "{retry}", "Calls that were tried again.", "site", "outcome"),
  BREAKER_STATE(
      "unpark.breaker.state",
      UP_DOWN_COUNTER,
      "{breaker}",
      "Circuit breakers by the state that they are in.",
      "site",
      "state"),
  AGENT_CPU_TIME(
      "unpark.agent.cpu.time", COUNTER, "s", "Processor time spent by the agent's own threads."),
  AGENT_EVENTS(
      "unpark.agent.events",
      COUNTER,
      "{event}",
      "What became of the things that the agent saw: recorded, sampled_out, dropped.",
      "result"),
  AGENT_HOOK_ACTIVE(
      "unpark.agent.hook.active",
      UP_DOWN_COUNTER,
      "{hook}",
      "Whether a hook is woven in: 1 or 0.",
      "hook"),
  AGENT_SAMPLER_DURATION(
      "unpark.agent.sampler.duration", HISTOGRAM, "s", "Time that one look at all threads took."),
  AGENT_MEMORY("unpark.agent.memory", UP_DOWN_COUNTER, "By", "Memory held by the agent's buffers."),
  COLLECTOR_RECEIVED(
      "unpark.collector.received",
      COUNTER,
      "{item}",
      "Log records, metric points and spans received.",
      "signal",
      "transport"),
  COLLECTOR_REJECTED(
      "unpark.collector.rejected",
      COUNTER,
      "{item}",
      "Requests and items refused, and told so to their sender.",
      "signal",
      "reason"),
  COLLECTOR_DROPPED(
      "unpark.collector.dropped",
      COUNTER,
      "{item}",
      "Items accepted and then not used.",
      "signal",
      "reason"),
  COLLECTOR_ANALYSIS_DURATION(
      "unpark.collector.analysis.duration",
      HISTOGRAM,
      "s",
      "Time from an observation's arrival to its diagnosis."),
  COLLECTOR_INCIDENTS(
      "unpark.collector.incidents", UP_DOWN_COUNTER, "{incident}", "Incidents that are open now."),
  COLLECTOR_STORE_FAILURES(
      "unpark.collector.store.failures",
      COUNTER,
      "{attempt}",
      "Attempts to read or write incidents that failed; what was to be written is held."),
  COLLECTOR_JVMS("unpark.collector.jvms", UP_DOWN_COUNTER, "{jvm}", "JVMs that report now."),
  COLLECTOR_EXPORT_FAILURES(
      "unpark.collector.export.failures",
      COUNTER,
      "{export}",
      "Exports that failed for good.",
      "signal");

  private final String metricName;
  private final InstrumentType type;
  private final String unit;
  private final String description;
  private final List<String> attributes;

  Metric(
      String metricName,
      InstrumentType type,
      String unit,
      String description,
      String... attributes) {
    this.metricName = metricName;
    this.type = type;
    this.unit = unit;
    this.description = description;
    this.attributes = List.of(attributes);
  }

  /** Its OpenTelemetry name. */
  public String metricName() {
    return metricName;
  }

  public InstrumentType type() {
    return type;
  }

  /** Its unit in the UCUM spelling of OpenTelemetry. */
  public String unit() {
    return unit;
  }

  /** What it counts, one sentence. */
  public String description() {
    return description;
  }

  /** Keys of the attributes that its points carry, besides those of the resource. */
  public List<String> attributes() {
    return attributes;
  }

  /**
   * Its name on {@code /metrics}; histograms without {@code _bucket}, {@code _sum}, {@code _count}.
   */
  public String prometheusName() {
    return PrometheusName.of(metricName, unit, type);
  }
}

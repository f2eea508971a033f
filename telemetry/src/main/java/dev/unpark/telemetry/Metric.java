package dev.unpark.telemetry;

import static dev.unpark.telemetry.InstrumentType.COUNTER;
import static dev.unpark.telemetry.InstrumentType.GAUGE;
import static dev.unpark.telemetry.InstrumentType.HISTOGRAM;
import static dev.unpark.telemetry.InstrumentType.UP_DOWN_COUNTER;

import java.util.List;

/**
 * Every metric that Unpark emits: one row each, and the only place where its name stands. Agent,
 * collector, dashboards, alert rules and the metric reference follow this table; {@code
 * docs/metrics.md} is made from it.
 */
public enum Metric {
  LOCK_WAIT_DURATION(
      "unpark.lock.wait.duration",
      HISTOGRAM,
      "s",
      "Time that threads waited for a lock, per wait that ended.",
      "Below 1 s a second for any one site: above it, a whole thread does nothing but wait there.",
      "Only waits that have ended are in it: a thread that hangs for good shows in the "
          + "waiters and as a finding, never here.",
      "lock.kind",
      "lock.class",
      "lock.site",
      "outcome"),
  LOCK_CONTENTIONS(
      "unpark.lock.contentions",
      COUNTER,
      "{contention}",
      "Times that a thread had to wait for a lock.",
      "No absolute one; look at what doubles while the load does not.",
      "A lock that is taken without waiting is not counted: this is no rate of use.",
      "lock.kind",
      "lock.class",
      "lock.site"),
  LOCK_WAITER_COUNT(
      "unpark.lock.waiter.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Threads that wait for a lock now.",
      "0 for most of the time; a number that stays is a standing queue.",
      "Taken at the agent's looks: a queue that comes and goes between two of them is not seen.",
      "lock.site"),
  LOCK_HOLD_DURATION(
      "unpark.lock.hold.duration",
      HISTOGRAM,
      "s",
      "Time that a thread which had waited for a lock kept it, while another waited already.",
      "p99 below the promised latency divided by the usual number of waiters.",
      "Of contended locks of java.util.concurrent only: who neither waits nor makes wait is not seen.",
      "lock.kind",
      "lock.class",
      "lock.site"),
  LOCK_PRESSURE(
      "unpark.lock.pressure",
      GAUGE,
      "1",
      "Share of the time of all live threads that was lost waiting for a lock, last half minute.",
      "Below 0.05; where it stands, the lock bounds the throughput.",
      "Idle threads count as live: a large idle pool makes the share look small.",
      "lock.site"),
  EXECUTOR_THREAD_COUNT(
      "jvm.executor.thread.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Threads of an executor.",
      "60 to 80 % of the limit active at peak.",
      "Active means that a task has the worker, not that it computes: a pool may be wholly "
          + "active and burn no processor.",
      "jvm.executor.name",
      "jvm.executor.type",
      "jvm.executor.thread.state"),
  EXECUTOR_THREAD_CORE(
      "jvm.executor.thread.core",
      UP_DOWN_COUNTER,
      "{thread}",
      "Core size of an executor.",
      "As the arrivals and the service time ask for, see choosing-limits.",
      "A pool whose queue has no bound never grows beyond its core, whatever its limit says.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_THREAD_LIMIT(
      "jvm.executor.thread.limit",
      UP_DOWN_COUNTER,
      "{thread}",
      "Maximum size of an executor; absent when unbounded.",
      "Bounded.",
      "Absent when unbounded, so that a ratio to it has no series there either: no data is "
          + "not 0 %.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_SIZE(
      "jvm.executor.queue.size",
      UP_DOWN_COUNTER,
      "{task}",
      "Tasks in the queue of an executor.",
      "Below the tasks completed a second times the wait that you promise.",
      "A long queue that is short-lived is a burst; look at its slope and at its oldest task.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_CAPACITY(
      "jvm.executor.queue.capacity",
      UP_DOWN_COUNTER,
      "{task}",
      "Tasks that the queue of an executor can hold; absent when unbounded.",
      "The wait that you promise times the tasks completed a second.",
      "Absent when unbounded: overload then becomes latency first, and memory later.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_TASK_COMPLETED(
      "jvm.executor.task.completed",
      COUNTER,
      "{task}",
      "Tasks that an executor has completed.",
      "As fast as tasks arrive.",
      "Tasks that failed are completed too.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_TASK_REJECTED(
      "jvm.executor.task.rejected",
      COUNTER,
      "{task}",
      "Tasks that an executor has rejected.",
      "0, but for load that is shed on purpose.",
      "A pool that runs in its caller what it cannot take rejects nothing, and slows the "
          + "caller down instead.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_OLDEST_AGE(
      "unpark.executor.queue.oldest.age",
      GAUGE,
      "s",
      "Age of the task that has stood longest in the queue of an executor.",
      "Below the promised latency: every later task is late already.",
      "Absent while the queue is empty or its head cannot be seen; alert on a value, not "
          + "on its absence. A task is as old as the first look that met it there.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_NEXT_AGE(
      "unpark.executor.queue.next.age",
      GAUGE,
      "s",
      "Age of the task that is to run next, of an executor whose queue puts the urgent first.",
      "Near 0, with the oldest age below what you promise the least urgent.",
      "Of a PriorityBlockingQueue only. Next and oldest are the two ends: what an application "
          + "calls urgent is known to its comparator alone, which is never called.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_QUEUE_WAIT_DURATION(
      "unpark.executor.queue.wait.duration",
      HISTOGRAM,
      "s",
      "Time that sampled tasks stood in the queue of an executor.",
      "Near 0; all of it is added to the latency of whoever waits for the task.",
      "A sample: its rate says nothing, its distribution does.",
      "jvm.executor.name",
      "executor.site"),
  EXECUTOR_QUEUE_WAIT_QUANTILE(
      "unpark.executor.queue.wait.quantile",
      GAUGE,
      "s",
      "Time in the queue of an executor that a share of the tasks did not exceed, last minute.",
      "p99 below half of the promised latency.",
      "Quantiles of several JVMs cannot be averaged; use the histogram for that.",
      "jvm.executor.name",
      "executor.site",
      "share"),
  EXECUTOR_TASK_RUN_DURATION(
      "unpark.executor.task.run.duration",
      HISTOGRAM,
      "s",
      "Time that sampled tasks of an executor ran.",
      "What the pool was sized for.",
      "A sample; a task that never ends is in no bucket.",
      "jvm.executor.name",
      "executor.site"),
  EXECUTOR_STARVED_TIME(
      "unpark.executor.starved.time",
      COUNTER,
      "s",
      "Time during which an executor completed nothing though work stood in its queue.",
      "No increase.",
      "Grows too while every worker runs one long task; look at the run time.",
      "jvm.executor.name",
      "jvm.executor.type"),
  EXECUTOR_RESIZES(
      "unpark.executor.resizes",
      COUNTER,
      "{resize}",
      "Times that core or maximum size of an executor was seen to have changed.",
      "0, unless something resizes pools on purpose.",
      "Seen at the agent's looks: a change that is taken back at once is missed.",
      "jvm.executor.name",
      "direction"),
  DEADLOCK_THREAD_COUNT(
      "unpark.deadlock.thread.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Threads that are deadlocked now, proven.",
      "0.",
      "Threads that merely queue behind the knot are not in it.",
      "deadlock.kind"),
  DEADLOCKS(
      "unpark.deadlocks",
      COUNTER,
      "{deadlock}",
      "Deadlocks found, proven.",
      "0.",
      "Counts what was proven; a suspected one shows among the findings alone.",
      "deadlock.kind"),
  FINDING_ACTIVE(
      "unpark.finding.active",
      UP_DOWN_COUNTER,
      "{finding}",
      "Findings that are open now.",
      "0 critical; 0 warnings that are older than an hour.",
      "A finding that gives way to a better explanation closes: follow the incident, not one type.",
      "finding.type",
      "severity",
      "certainty"),
  FINDINGS(
      "unpark.findings",
      COUNTER,
      "{finding}",
      "Findings that were opened.",
      "0 a day in a service that has settled.",
      "The series begins with its first finding, so that increase() misses that one; ask "
          + "for the value too.",
      "finding.type",
      "severity",
      "certainty"),
  THREAD_COUNT(
      "jvm.thread.count",
      UP_DOWN_COUNTER,
      "{thread}",
      "Platform threads.",
      "Level under a level load.",
      "Waiting is what idle workers do: no share of states is good or bad by itself. "
          + "Virtual threads are not in it.",
      "jvm.thread.state",
      "jvm.thread.daemon"),
  VIRTUAL_THREAD_PINNED(
      "jvm.thread.virtual.pinned",
      HISTOGRAM,
      "s",
      "Time that virtual threads kept their carrier while they waited.",
      "Below 0.1 s a second for each carrier.",
      "On JDK 21 to 23 every wait inside synchronized pins; from 24 on, only native frames "
          + "and class initialisers do."),
  HTTP_SERVER_ACTIVE_REQUESTS(
      "http.server.active_requests",
      UP_DOWN_COUNTER,
      "{request}",
      "HTTP requests that threads serve now.",
      "Below the limit of the server's pool, with a quarter to spare.",
      "Level at the limit means that the queue is elsewhere: in the accept backlog or at "
          + "the load balancer.",
      "http.request.method",
      "url.scheme"),
  HTTP_SERVER_REQUEST_DURATION(
      "http.server.request.duration",
      HISTOGRAM,
      "s",
      "Time that HTTP requests took to serve.",
      "99 % below 250 ms, and 99.9 % without a 5xx, over 28 days.",
      "Time in the accept queue and on the network is not in it. A quantile is only as "
          + "fine as its buckets.",
      "http.request.method",
      "url.scheme",
      "http.response.status_code",
      "error.type"),
  DB_CONNECTION_COUNT(
      "db.client.connection.count",
      UP_DOWN_COUNTER,
      "{connection}",
      "Connections of a pool.",
      "Below 75 % of the maximum used at peak.",
      "Idle ones are those that the pool has made, not those that it could make.",
      "db.client.connection.pool.name",
      "db.client.connection.state"),
  DB_CONNECTION_MAX(
      "db.client.connection.max",
      UP_DOWN_COUNTER,
      "{connection}",
      "Connections that a pool may have; absent when unbounded.",
      "As queries a second and the time that each holds a connection ask for, plus a third.",
      "The sum over all instances must fit the database: its limit does not grow with yours.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_PENDING_REQUESTS(
      "db.client.connection.pending_requests",
      UP_DOWN_COUNTER,
      "{request}",
      "Threads that ask a pool for a connection now.",
      "0 for most of the time.",
      "Pending while connections are idle hints at a pool that cannot make new ones.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_TIMEOUTS(
      "db.client.connection.timeouts",
      COUNTER,
      "{timeout}",
      "Times that a thread waited for a connection in vain.",
      "0.",
      "Counted when the patience of the pool ends, 30 s by default: users have left by "
          + "then. Alert on pending requests.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_WAIT_TIME(
      "db.client.connection.wait_time",
      HISTOGRAM,
      "s",
      "Time until a pool gave a connection.",
      "P99 below 10 ms.",
      "A connection that is at hand is counted as well; the average hides the waits.",
      "db.client.connection.pool.name"),
  DB_CONNECTION_USE_TIME(
      "db.client.connection.use_time",
      HISTOGRAM,
      "s",
      "Time from taking a connection to giving it back.",
      "P99 below the time-out of a statement.",
      "Long use with a fast database is code that computes, or calls others, while it "
          + "holds a connection.",
      "db.client.connection.pool.name"),
  DB_LOCK_ERRORS(
      "unpark.db.lock.errors",
      COUNTER,
      "{error}",
      "Deadlocks and lock time-outs that a database reported.",
      "Below 1 a minute, each retried with success.",
      "The database ends one of the two transactions: without a retry, its user gets an error.",
      "db.system.name",
      "error.kind"),
  KAFKA_RECORDS_LAG_MAX(
      "kafka.consumer.records_lag_max",
      GAUGE,
      "{record}",
      "Records that a consumer is behind, in its furthest partition.",
      "Level, and below the records of the delay that you promise.",
      "A consumer that is stuck reports its last value for as long as it lives. Judge the "
          + "slope beside the rate of consumption.",
      "client-id"),
  BACKPRESSURE_EVENTS(
      "unpark.backpressure.events",
      COUNTER,
      "{event}",
      "Calls that were refused, or made to wait, to protect what is behind.",
      "0 at normal load; above it, as many as come too much.",
      "Refusing early is health, not failure: a service that never refuses has no limit.",
      "mechanism",
      "site"),
  RETRIES(
      "unpark.retries",
      COUNTER,
      "{retry}",
      "Calls that were tried again.",
      "Below 10 % of the first tries.",
      "Retries of several layers multiply: three of three each are 27 calls.",
      "site",
      "outcome"),
  BREAKER_STATE(
      "unpark.breaker.state",
      UP_DOWN_COUNTER,
      "{breaker}",
      "Circuit breakers by the state that they are in.",
      "No breaker open.",
      "An open breaker makes the service behind it look idle, and well.",
      "site",
      "state"),
  AGENT_CPU_TIME(
      "unpark.agent.cpu.time",
      COUNTER,
      "s",
      "Processor time spent by the agent's own threads.",
      "Below 1 % of one core.",
      "The agent's own threads alone; what hooks cost in application threads is measured "
          + "in benchmarks/."),
  AGENT_EVENTS(
      "unpark.agent.events",
      COUNTER,
      "{event}",
      "What became of the things that the agent saw: recorded, sampled_out, dropped.",
      "0 dropped.",
      "Sampled out is by design, dropped is not.",
      "result"),
  AGENT_HOOK_ACTIVE(
      "unpark.agent.hook.active",
      UP_DOWN_COUNTER,
      "{hook}",
      "Whether a hook is woven in: 1 or 0.",
      "1 for each hook of a class that the application uses.",
      "0 is right for a library that is not there or was not used yet.",
      "hook"),
  AGENT_SAMPLER_DURATION(
      "unpark.agent.sampler.duration",
      HISTOGRAM,
      "s",
      "Time that one look at all threads took.",
      "P99 below 25 ms.",
      "Grows with the number of threads; the agent looks less often before it takes more "
          + "than its share."),
  AGENT_EVIDENCE(
      "unpark.agent.evidence",
      COUNTER,
      "{capture}",
      "Findings for which a profile was asked: captured, limited, failed.",
      "No failed.",
      "Absent unless the option evidence is set.",
      "result"),
  COLLECTOR_RECEIVED(
      "unpark.collector.received",
      COUNTER,
      "{item}",
      "Log records, metric points and spans received.",
      "As the number of JVMs times what each sends.",
      "A fall to 0 with JVMs running is a network that is cut, or an endpoint that has moved.",
      "signal",
      "transport"),
  COLLECTOR_REJECTED(
      "unpark.collector.rejected",
      COUNTER,
      "{item}",
      "Requests and items refused, and told so to their sender.",
      "0.",
      "Agents try again: a short burst loses nothing.",
      "signal",
      "reason"),
  COLLECTOR_DROPPED(
      "unpark.collector.dropped",
      COUNTER,
      "{item}",
      "Items accepted and then not used.",
      "0 but for not_used and not_observation.",
      "Spans, and logs of others, are put aside by design and counted here.",
      "signal",
      "reason"),
  COLLECTOR_ANALYSIS_DURATION(
      "unpark.collector.analysis.duration",
      HISTOGRAM,
      "s",
      "Time from an observation's arrival to its diagnosis.",
      "P99 below 1 s.",
      "The wait for a free analyst is in it: it is the delay of a finding."),
  COLLECTOR_INCIDENTS(
      "unpark.collector.incidents",
      UP_DOWN_COUNTER,
      "{incident}",
      "Incidents that are open now.",
      "0 older than a day.",
      "One incident may cover many instances."),
  COLLECTOR_INCIDENTS_FORGOTTEN(
      "unpark.collector.incidents.forgotten",
      COUNTER,
      "{incident}",
      "Closed incidents that are no longer kept, by why, and by whether anybody had acknowledged them.",
      "By age; 0 with reason size or count.",
      "An incident that is open is never forgotten. One that nobody saw may be: acknowledged is false.",
      "reason",
      "acknowledged"),
  COLLECTOR_STORE_SIZE(
      "unpark.collector.store.size",
      UP_DOWN_COUNTER,
      "By",
      "Room that incidents and their evidence take in the database.",
      "Below --max-incident-bytes.",
      "Above it when open incidents alone take more: they are never forgotten."),
  COLLECTOR_STORE_FAILURES(
      "unpark.collector.store.failures",
      COUNTER,
      "{attempt}",
      "Attempts to read or write incidents that failed; what was to be written is held.",
      "0.",
      "Incidents are kept in memory and written later, until the collector itself is restarted."),
  COLLECTOR_JVMS(
      "unpark.collector.jvms",
      UP_DOWN_COUNTER,
      "{jvm}",
      "JVMs that report now.",
      "As many as you run.",
      "A JVM counts until it has been silent for a while; a crash is not seen at once."),
  COLLECTOR_EXPORT_FAILURES(
      "unpark.collector.export.failures",
      COUNTER,
      "{export}",
      "Exports that failed for good.",
      "0.",
      "Findings stay on /metrics and on the API whatever happens to exports.",
      "signal");

  private final String metricName;
  private final InstrumentType type;
  private final String unit;
  private final String description;
  private final String target;
  private final String gotcha;
  private final List<String> attributes;

  Metric(
      String metricName,
      InstrumentType type,
      String unit,
      String description,
      String target,
      String gotcha,
      String... attributes) {
    this.metricName = metricName;
    this.type = type;
    this.unit = unit;
    this.description = description;
    this.target = target;
    this.gotcha = gotcha;
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

  /** What to aim at until you know better, one sentence. */
  public String target() {
    return target;
  }

  /** What it does not say though one might think so, in a sentence or two. */
  public String gotcha() {
    return gotcha;
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

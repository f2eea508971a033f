package dev.unpark.apps.dashboard;

import dev.unpark.telemetry.Metric;

/** Why: the tail, each lock, the database, messages, virtual threads, and what watching costs. */
final class Debug {
  private static final String POOL = "jvm_executor_name";
  private static final String CONNECTIONS = "db_client_connection_pool_name";
  private static final String NO_WAIT = "nobody waits for a lock";
  private static final String NO_CONNECTIONS = "no connection pool";
  private static final double P99 = 0.99;

  private Debug() {}

  static Dashboard dashboard() {
    Dashboard dashboard =
        new Dashboard(
            "unpark-debug",
            "Unpark / Debug",
            "The tail, each lock, the database, messages, virtual threads, and what watching costs.",
            "now-30m");
    requestsAndLocks(dashboard);
    pools(dashboard);
    dependencies(dashboard);
    unpark(dashboard);
    return dashboard;
  }

  private static void requestsAndLocks(Dashboard dashboard) {
    dashboard
        .row(
            "The tail",
            Panel.lines("Latency, by JVM", "s")
                .ask(
                    Ask.quantile(0.5, Metric.HTTP_SERVER_REQUEST_DURATION, "instance"),
                    "{{instance}} P50")
                .ask(
                    Ask.quantile(P99, Metric.HTTP_SERVER_REQUEST_DURATION, "instance"),
                    "{{instance}} P99")
                .whenEmpty("no requests"),
            Panel.lines("Threads, by state", "short")
                .ask(
                    Ask.sum("jvm_thread_state", Ask.now(Metric.THREAD_COUNT)),
                    "{{jvm_thread_state}}")
                .about("Waiting is what idle workers do.")
                .runbook("thread-leak"),
            Panel.lines("Pinned carriers", "short")
                .ask(
                    Ask.sum("instance", Ask.rateOfSum(Metric.VIRTUAL_THREAD_PINNED)),
                    "{{instance}}")
                .about("Carriers that virtual threads held while they waited, on average.")
                .runbook("virtual-thread-pinning")
                .whenEmpty("no virtual threads"))
        .row(
            "Locks",
            Panel.lines("Wait P99, by place", "s")
                .ask(
                    Ask.top(Ask.quantile(P99, Metric.LOCK_WAIT_DURATION, "lock_site")),
                    "{{lock_site}}")
                .runbook("lock-convoy")
                .whenEmpty(NO_WAIT),
            Panel.lines("Hold P99, by place", "s")
                .ask(
                    Ask.top(Ask.quantile(P99, Metric.LOCK_HOLD_DURATION, "lock_site")),
                    "{{lock_site}}")
                .about("Of owners for whom another waited. Long holds make long waits.")
                .runbook("long-hold")
                .whenEmpty(NO_WAIT),
            Panel.lines("Pressure, by place", "percentunit")
                .ask(Ask.top(Ask.max("lock_site", Ask.now(Metric.LOCK_PRESSURE))), "{{lock_site}}")
                .about("Share of the time of all threads that was lost there.")
                .runbook("lock-convoy")
                .whenEmpty(NO_WAIT),
            Panel.lines("Contentions a second, by place", "ops")
                .ask(
                    Ask.top(Ask.sum("lock_site", Ask.rate(Metric.LOCK_CONTENTIONS))),
                    "{{lock_site}}")
                .runbook("lock-convoy")
                .whenEmpty(NO_WAIT),
            Panel.lines("Threads that wait, by class of lock", "short")
                .ask(
                    Ask.top(
                        Ask.sum("lock_kind, lock_class", Ask.rateOfSum(Metric.LOCK_WAIT_DURATION))),
                    "{{lock_kind}} {{lock_class}}")
                .runbook("lock-convoy")
                .whenEmpty(NO_WAIT),
            Panel.lines("Waits given up, a second", "ops")
                .ask(
                    Ask.top(
                        Ask.sum(
                            "lock_site",
                            Ask.rateOfCount(Metric.LOCK_WAIT_DURATION, "outcome=\"abandoned\""))),
                    "{{lock_site}}")
                .about("Timed out or interrupted before the lock came.")
                .runbook("long-hold")
                .whenEmpty("no wait was given up"));
  }

  private static void pools(Dashboard dashboard) {
    dashboard.row(
        "Executors",
        Panel.lines("Wait in the queue P99", "s")
            .ask(Ask.quantile(P99, Metric.EXECUTOR_QUEUE_WAIT_DURATION, POOL), "{{" + POOL + "}}")
            .runbook("pool-exhaustion")
            .whenEmpty("no task was sampled"),
        Panel.lines("Wait by priority, next and oldest", "s")
            .ask(Ask.max(POOL, Ask.now(Metric.EXECUTOR_QUEUE_NEXT_AGE)), "{{" + POOL + "}} next")
            .ask(
                Ask.max(POOL, Ask.now(Metric.EXECUTOR_QUEUE_OLDEST_AGE))
                    + " and "
                    + Ask.max(POOL, Ask.now(Metric.EXECUTOR_QUEUE_NEXT_AGE)),
                "{{" + POOL + "}} oldest")
            .about("Far apart: the urgent ones pass all the time, and the others never run.")
            .runbook("priority-inversion")
            .whenEmpty("nothing waits in a queue by priority"),
        Panel.lines("Run time P99", "s")
            .ask(Ask.quantile(P99, Metric.EXECUTOR_TASK_RUN_DURATION, POOL), "{{" + POOL + "}}")
            .runbook("pool-exhaustion")
            .whenEmpty("no task was sampled"),
        Panel.lines("Pools that get nothing done", "short")
            .ask(Ask.sum(POOL, Ask.rate(Metric.EXECUTOR_STARVED_TIME)), "{{" + POOL + "}}")
            .about("Seconds a second in which work queued and none was completed.")
            .runbook("starvation-deadlock")
            .whenEmpty("no pool starved"),
        Panel.lines("Resizes a minute", "short")
            .ask(
                Ask.sum(POOL + ", direction", Ask.rate(Metric.EXECUTOR_RESIZES)) + " * 60",
                "{{" + POOL + "}} {{direction}}")
            .about("Scaling that goes up and down again all the time costs more than it gains.")
            .runbook("pool-resize-thrash")
            .whenEmpty("no pool was resized"));
  }

  private static void dependencies(Dashboard dashboard) {
    dashboard.row(
        "Databases, messages, retries",
        Panel.lines("Wait for a connection, P99", "s")
            .ask(
                Ask.quantile(P99, Metric.DB_CONNECTION_WAIT_TIME, CONNECTIONS),
                "{{" + CONNECTIONS + "}}")
            .runbook("resource-pool-starvation")
            .whenEmpty(NO_CONNECTIONS),
        Panel.lines("Use of a connection, P99", "s")
            .ask(
                Ask.quantile(P99, Metric.DB_CONNECTION_USE_TIME, CONNECTIONS),
                "{{" + CONNECTIONS + "}}")
            .about("About the length of a transaction.")
            .runbook("resource-pool-starvation")
            .whenEmpty(NO_CONNECTIONS),
        Panel.lines("Lock errors of databases, a minute", "short")
            .ask(
                Ask.sum("db_system_name, error_kind", Ask.rate(Metric.DB_LOCK_ERRORS)) + " * 60",
                "{{db_system_name}} {{error_kind}}")
            .runbook("database-deadlock")
            .whenEmpty("none"),
        Panel.lines("Consumer lag", "short")
            .ask(Ask.max("client_id", Ask.now(Metric.KAFKA_RECORDS_LAG_MAX)), "{{client_id}}")
            .runbook("consumer-lag")
            .whenEmpty("no Kafka consumer"),
        Panel.lines("Consumer lag, growth a second", "short")
            .ask(Ask.recorded("job_instance_client:kafka_lag:deriv10m"), "{{client_id}}")
            .about("Above 0 for long: it never catches up.")
            .runbook("consumer-lag")
            .whenEmpty("no Kafka consumer"),
        Panel.lines("Retries, by call, a second", "short")
            .ask(Ask.sum("site, outcome", Ask.rate(Metric.RETRIES)), "{{site}} {{outcome}}")
            .about("Peaks at equal distances are retries without jitter.")
            .runbook("thundering-herd")
            .whenEmpty("no retries"));
  }

  private static void unpark(Dashboard dashboard) {
    dashboard.row(
        "What Unpark costs and loses",
        Panel.lines("Agent, cores", "percentunit")
            .ask(Ask.sum("job, instance", Ask.rate(Metric.AGENT_CPU_TIME)), "{{instance}}")
            .limit(0.02),
        Panel.lines("Agent, one look, P99", "s")
            .ask(Ask.quantile(P99, Metric.AGENT_SAMPLER_DURATION, "instance"), "{{instance}}"),
        Panel.lines("Agent, events a second", "ops")
            .ask(Ask.sum("result", Ask.rate(Metric.AGENT_EVENTS)), "{{result}}")
            .about("Dropped should be 0; sampled out is by design."),
        Panel.lines("Agent, hooks that have fired", "short")
            .ask(Ask.sum("hook", Ask.now(Metric.AGENT_HOOK_ACTIVE)), "{{hook}}")
            .about("JVMs in which the hook has fired. 0 for a library that is not in use."),
        Panel.lines("Agent, profiles taken as evidence", "short")
            .ask(Ask.sum("result", Ask.now(Metric.AGENT_EVIDENCE)), "{{result}}")
            .whenEmpty("none was asked for"),
        Panel.lines("Collector, received a second", "ops")
            .ask(
                Ask.sum("signal, transport", Ask.ownRate(Metric.COLLECTOR_RECEIVED)),
                "{{signal}} {{transport}}"),
        Panel.lines("Collector, refused and unused a second", "ops")
            .ask(
                Ask.sum("signal, reason", Ask.ownRate(Metric.COLLECTOR_REJECTED)),
                "refused {{signal}} {{reason}}")
            .ask(
                Ask.sum("signal, reason", Ask.ownRate(Metric.COLLECTOR_DROPPED)),
                "unused {{signal}} {{reason}}")
            .whenEmpty("nothing"),
        Panel.lines("Collector, delay of a diagnosis, P99", "s")
            .ask(Ask.ownQuantile(P99, Metric.COLLECTOR_ANALYSIS_DURATION), "P99")
            .limit(1),
        Panel.lines("Collector, incidents on its disk", "bytes")
            .ask("sum(" + Ask.own(Metric.COLLECTOR_STORE_SIZE) + ")", "taken")
            .whenEmpty("it keeps none"),
        Panel.lines("Collector, incidents forgotten a second", "ops")
            .ask(
                Ask.sum("reason, acknowledged", Ask.ownRate(Metric.COLLECTOR_INCIDENTS_FORGOTTEN)),
                "{{reason}}, acknowledged {{acknowledged}}")
            .whenEmpty("none"),
        Panel.lines("Collector, failures a second", "ops")
            .ask("sum(" + Ask.ownRate(Metric.COLLECTOR_STORE_FAILURES) + ")", "of its database")
            .ask("sum(" + Ask.ownRate(Metric.COLLECTOR_EXPORT_FAILURES) + ")", "of its exports")
            .whenEmpty("none"));
  }
}

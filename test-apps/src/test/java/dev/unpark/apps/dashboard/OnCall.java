package dev.unpark.apps.dashboard;

import dev.unpark.telemetry.Metric;

/** Something is wrong with a service: what, where does it queue, and for what. */
final class OnCall {
  private static final String POOL = "jvm_executor_name";
  private static final String CONNECTIONS = "db_client_connection_pool_name";
  private static final String NO_REQUESTS = "no requests";
  private static final String NO_CONNECTIONS = "no connection pool";
  private static final double FULL = 0.8;
  private static final int HALF = 12;

  private OnCall() {}

  static Dashboard dashboard() {
    return new Dashboard(
            "unpark-on-call",
            "Unpark / On-call",
            "What is wrong with a service, where it queues, and for what.",
            "now-1h")
        .row(
            "What is wrong",
            Panel.table("Open findings", "short")
                .ask(
                    Ask.sum(
                            "job, instance, finding_type, severity, certainty",
                            Ask.now(Metric.FINDING_ACTIVE))
                        + " > 0",
                    "")
                .about("Each leads to its runbook and to the incident with its stacks.")
                .whenEmpty("nothing is found")
                .cellLink("Runbook", "${collector}/runbooks/${__data.fields.finding_type}")
                .cellLink("Incidents", "${collector}/incidents?service=${__data.fields.job}"),
            Panel.lines("Findings, open", "short")
                .ask(Ask.sum("finding_type", Ask.now(Metric.FINDING_ACTIVE)), "{{finding_type}}")
                .width(HALF)
                .whenEmpty("nothing is found")
                .incidents(),
            Panel.stat("Deadlocked threads", "short")
                .ask(Ask.orZero("sum(" + Ask.now(Metric.DEADLOCK_THREAD_COUNT) + ")"), "")
                .limit(1)
                .runbook("deadlock"),
            Panel.stat("Tasks refused a second", "short")
                .ask("sum(" + Ask.rate(Metric.EXECUTOR_TASK_REJECTED) + ")", "")
                .limit(0.01)
                .whenEmpty("no pool")
                .runbook("backpressure-collapse"),
            Panel.stat("Oldest queued task", "s")
                .ask(Ask.orZero("max(" + Ask.now(Metric.EXECUTOR_QUEUE_OLDEST_AGE) + ")"), "")
                .limit(1)
                .runbook("pool-exhaustion"))
        .row(
            "Requests",
            Panel.lines("Active requests", "short")
                .ask(Ask.sum("job", Ask.now(Metric.HTTP_SERVER_ACTIVE_REQUESTS)), "{{job}}")
                .whenEmpty(NO_REQUESTS)
                .incidents(),
            Panel.lines("Requests a second, by status", "reqps")
                .ask(
                    Ask.sum(
                        "http_response_status_code",
                        Ask.rateOfCount(Metric.HTTP_SERVER_REQUEST_DURATION)),
                    "{{http_response_status_code}}")
                .whenEmpty(NO_REQUESTS),
            Panel.lines("P95 and P99", "s")
                .ask(Ask.quantile(0.95, Metric.HTTP_SERVER_REQUEST_DURATION, "job"), "{{job}} P95")
                .ask(Ask.quantile(0.99, Metric.HTTP_SERVER_REQUEST_DURATION, "job"), "{{job}} P99")
                .about("A request that hangs is in neither: only what has ended is measured.")
                .whenEmpty(NO_REQUESTS))
        .row(
            "Pools and queues",
            Panel.lines("Threads, by executor", "short")
                .ask(
                    Ask.sum(
                        POOL + ", jvm_executor_thread_state",
                        Ask.now(Metric.EXECUTOR_THREAD_COUNT)),
                    Ask.legend(POOL, "jvm.executor.thread.state"))
                .ask(Ask.sum(POOL, Ask.now(Metric.EXECUTOR_THREAD_LIMIT)), "{{" + POOL + "}} limit")
                .ask(Ask.sum(POOL, Ask.now(Metric.EXECUTOR_THREAD_CORE)), "{{" + POOL + "}} core")
                .runbook("pool-exhaustion")
                .whenEmpty("no pool"),
            Panel.lines("Workers in use", "percentunit")
                .ask(
                    Ask.recorded("job_instance_executor:workers_used:ratio"),
                    "{{instance}} {{" + POOL + "}}")
                .limit(FULL)
                .runbook("pool-exhaustion")
                .whenEmpty("no pool has a limit"),
            Panel.lines("Queue, by executor", "short")
                .ask(Ask.sum(POOL, Ask.now(Metric.EXECUTOR_QUEUE_SIZE)), "{{" + POOL + "}}")
                .ask(
                    Ask.sum(POOL, Ask.now(Metric.EXECUTOR_QUEUE_CAPACITY)),
                    "{{" + POOL + "}} capacity")
                .runbook("pool-exhaustion")
                .whenEmpty("no pool"),
            Panel.lines("Queue, growth a second", "short")
                .ask(Ask.recorded("job_instance_executor:queue_size:deriv5m"), "{{" + POOL + "}}")
                .about("Above 0 for long: more comes in than goes out.")
                .runbook("pool-exhaustion")
                .whenEmpty("no pool"),
            Panel.lines("Wait in the queue, oldest and P99", "s")
                .ask(
                    Ask.max(POOL, Ask.now(Metric.EXECUTOR_QUEUE_OLDEST_AGE)),
                    "{{" + POOL + "}} oldest")
                .ask(
                    Ask.max(POOL, Ask.now(Metric.EXECUTOR_QUEUE_WAIT_QUANTILE, "share=\"0.99\"")),
                    "{{" + POOL + "}} P99")
                .runbook("pool-exhaustion")
                .whenEmpty("nothing queues"),
            Panel.lines("Tasks a second", "ops")
                .ask(
                    Ask.sum(POOL, Ask.rate(Metric.EXECUTOR_TASK_COMPLETED)),
                    "{{" + POOL + "}} completed")
                .ask(
                    Ask.sum(POOL, Ask.rate(Metric.EXECUTOR_TASK_REJECTED)),
                    "{{" + POOL + "}} refused")
                .runbook("backpressure-collapse")
                .whenEmpty("no pool"))
        .row(
            "Connection pools",
            Panel.lines("Connections", "short")
                .ask(
                    Ask.sum(
                        CONNECTIONS + ", db_client_connection_state",
                        Ask.now(Metric.DB_CONNECTION_COUNT)),
                    Ask.legend(CONNECTIONS, "db.client.connection.state"))
                .ask(
                    Ask.sum(CONNECTIONS, Ask.now(Metric.DB_CONNECTION_MAX)),
                    "{{" + CONNECTIONS + "}} maximum")
                .runbook("resource-pool-starvation")
                .whenEmpty(NO_CONNECTIONS),
            Panel.lines("Threads that wait for a connection", "short")
                .ask(
                    Ask.sum(CONNECTIONS, Ask.now(Metric.DB_CONNECTION_PENDING_REQUESTS)),
                    "{{" + CONNECTIONS + "}}")
                .runbook("resource-pool-starvation")
                .whenEmpty(NO_CONNECTIONS),
            Panel.lines("Got no connection, a second", "short")
                .ask(
                    Ask.sum(CONNECTIONS, Ask.rate(Metric.DB_CONNECTION_TIMEOUTS)),
                    "{{" + CONNECTIONS + "}}")
                .runbook("resource-pool-starvation")
                .whenEmpty(NO_CONNECTIONS))
        .row(
            "Where threads wait",
            Panel.lines("Threads that wait, by place", "short")
                .ask(
                    Ask.top(Ask.sum("lock_site", Ask.rateOfSum(Metric.LOCK_WAIT_DURATION))),
                    "{{lock_site}}")
                .about(
                    "Seconds waited a second: 1 is a thread that does nothing else. Ended waits only.")
                .limit(1)
                .width(HALF)
                .runbook("lock-convoy")
                .incidents()
                .whenEmpty("nobody waits for a lock"),
            Panel.lines("Waiting now, by place", "short")
                .ask(
                    Ask.top(Ask.sum("lock_site", Ask.now(Metric.LOCK_WAITER_COUNT))),
                    "{{lock_site}}")
                .about("Those whose wait has not ended are here.")
                .width(HALF)
                .runbook("long-hold")
                .incidents()
                .whenEmpty("nobody waits for a lock"),
            Panel.lines("Load turned away, a second", "short")
                .ask(
                    Ask.sum("mechanism, site", Ask.rate(Metric.BACKPRESSURE_EVENTS)),
                    "{{mechanism}} {{site}}")
                .width(HALF)
                .runbook("backpressure-collapse")
                .whenEmpty("nothing is turned away"),
            Panel.lines("Circuit breakers", "short")
                .ask(Ask.sum("site, state", Ask.now(Metric.BREAKER_STATE)), "{{site}} {{state}}")
                .width(HALF)
                .runbook("backpressure-collapse")
                .whenEmpty("no breaker"));
  }
}

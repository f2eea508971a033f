package dev.unpark.apps.dashboard;

import dev.unpark.telemetry.Metric;

/** Are we well: what users get, how much room is left, what happened lately. */
final class Executive {
  private static final double SHARE_OF_ERRORS = 0.001;
  private static final double SHARE_OF_SLOW = 0.01;
  private static final double SLOW_SECONDS = 0.25;
  private static final double FULL = 0.8;
  private static final double CONNECTIONS_FULL = 0.75;
  private static final int HALF = 12;
  private static final String NO_REQUESTS = "no requests";

  private Executive() {}

  static Dashboard dashboard() {
    return new Dashboard(
            "unpark-executive",
            "Unpark / Executive",
            "What users get, how much room is left, and what happened lately.",
            "now-24h")
        .row(
            "Now",
            Panel.stat("Concurrent requests", "short")
                .ask("sum(" + Ask.recorded("job:http_server_active_requests:sum") + ")", "")
                .about("Over all chosen services.")
                .whenEmpty(NO_REQUESTS),
            Panel.stat("Requests a second", "reqps")
                .ask("sum(" + Ask.recorded("job:http_server_requests:rate5m") + ")", "")
                .whenEmpty(NO_REQUESTS),
            Panel.stat("Errors, worst service", "percentunit")
                .ask(
                    "max(" + Ask.recorded("job:http_server_requests_failed:ratio_rate5m") + ")", "")
                .about("Share of requests with a 5xx. Promised: 0.1 %.")
                .limit(SHARE_OF_ERRORS)
                .whenEmpty(NO_REQUESTS),
            Panel.stat("P99, worst service", "s")
                .ask(
                    "max(" + Ask.recorded("job:http_server_request_duration_seconds:p99_5m") + ")",
                    "")
                .limit(SLOW_SECONDS)
                .whenEmpty(NO_REQUESTS),
            Panel.stat("Open incidents", "short")
                .ask("sum(" + Ask.own(Metric.COLLECTOR_INCIDENTS) + ")", "")
                .limit(1)
                .incidents(),
            Panel.stat("JVMs that report", "short")
                .ask("sum(" + Ask.own(Metric.COLLECTOR_JVMS) + ")", "")
                .about("Fewer than you run: an agent or the network is down."))
        .row(
            "What users get",
            Panel.lines("Errors, share of requests", "percentunit")
                .ask(Ask.recorded("job:http_server_requests_failed:ratio_rate5m"), "{{job}}")
                .about("Promised: 0.1 % over 28 days.")
                .limit(SHARE_OF_ERRORS)
                .width(HALF)
                .whenEmpty(NO_REQUESTS)
                .incidents(),
            Panel.lines("Slower than 250 ms, share of requests", "percentunit")
                .ask(Ask.recorded("job:http_server_requests_slow:ratio_rate5m"), "{{job}}")
                .about("Promised: 1 % over 28 days.")
                .limit(SHARE_OF_SLOW)
                .width(HALF)
                .whenEmpty(NO_REQUESTS)
                .incidents(),
            Panel.lines("Error budget, speed of burning", "short")
                .ask(
                    Ask.recorded("job:http_server_requests_failed:ratio_rate1h")
                        + " / "
                        + SHARE_OF_ERRORS,
                    "{{job}}, last hour")
                .about("1 uses the budget up in 28 days, 5 pages.")
                .limit(5)
                .width(HALF)
                .whenEmpty(NO_REQUESTS),
            Panel.lines("Latency budget, speed of burning", "short")
                .ask(
                    Ask.recorded("job:http_server_requests_slow:ratio_rate1h")
                        + " / "
                        + SHARE_OF_SLOW,
                    "{{job}}, last hour")
                .about("1 uses the budget up in 28 days, 5 pages.")
                .limit(5)
                .width(HALF)
                .whenEmpty(NO_REQUESTS),
            Panel.lines("P95 and P99, by service", "s")
                .ask(Ask.recorded("job:http_server_request_duration_seconds:p95_5m"), "{{job}} P95")
                .ask(Ask.recorded("job:http_server_request_duration_seconds:p99_5m"), "{{job}} P99")
                .limit(SLOW_SECONDS)
                .width(HALF)
                .whenEmpty(NO_REQUESTS),
            Panel.lines("Concurrent requests, by service", "short")
                .ask(Ask.recorded("job:http_server_active_requests:sum"), "{{job}}")
                .width(HALF)
                .whenEmpty(NO_REQUESTS))
        .row(
            "Capacity used",
            Panel.lines("Workers in use, fullest pool", "percentunit")
                .ask(
                    Ask.max("job", Ask.recorded("job_instance_executor:workers_used:ratio")),
                    "{{job}}")
                .about("Aim: 60 to 80 % at peak. Pools without a limit are not in it.")
                .limit(FULL)
                .runbook("pool-exhaustion")
                .whenEmpty("no pool has a limit"),
            Panel.lines("Connections in use, fullest pool", "percentunit")
                .ask(
                    Ask.max("job", Ask.recorded("job_instance_pool:connections_used:ratio")),
                    "{{job}}")
                .about("Aim: below 75 %.")
                .limit(CONNECTIONS_FULL)
                .runbook("resource-pool-starvation")
                .whenEmpty("no connection pool"),
            Panel.lines("Queues used, fullest", "percentunit")
                .ask(
                    Ask.max("job", Ask.recorded("job_instance_executor:queue_used:ratio")),
                    "{{job}}")
                .limit(FULL)
                .runbook("backpressure-collapse")
                .whenEmpty("no queue has a bound"))
        .row(
            "Recent incidents",
            Panel.table("Findings of this span of time", "short")
                .ask(
                    Ask.sum(
                        "job, finding_type, severity",
                        "max_over_time(" + Ask.now(Metric.FINDING_ACTIVE) + "[$__range])"),
                    "")
                .about("Most that were open at once.")
                .whenEmpty("nothing was found")
                .cellLink("Runbook", "${collector}/runbooks/${__data.fields.finding_type}")
                .cellLink("Incidents", "${collector}/incidents?service=${__data.fields.job}"),
            Panel.lines("Findings opened", "short")
                .ask(
                    Ask.sum(
                        "finding_type",
                        "increase(" + Ask.now(Metric.FINDINGS) + "[$__rate_interval])"),
                    "{{finding_type}}")
                .width(HALF)
                .whenEmpty("nothing was found")
                .incidents(),
            Panel.lines("Deadlocks, proven", "short")
                .ask(
                    Ask.sum("job, deadlock_kind", Ask.now(Metric.DEADLOCKS)),
                    "{{job}} {{deadlock_kind}}")
                .width(HALF)
                .whenEmpty("none ever")
                .runbook("deadlock"));
  }
}

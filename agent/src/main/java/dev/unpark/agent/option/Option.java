package dev.unpark.agent.option;

import java.util.Locale;

/** Every option of the agent. */
public enum Option {
  /** {@code false} turns everything off. */
  ENABLED("enabled", "true"),
  /** Base URL of an OTLP receiver; empty is local mode. */
  ENDPOINT("endpoint", ""),
  /** How the receiver is spoken to: {@code http/protobuf} or {@code grpc}. */
  PROTOCOL("protocol", "http/protobuf"),
  /** URL of an HTTP proxy on the way to the receiver; empty is none. */
  PROXY("proxy", ""),
  /** A file to which each change of a finding is appended as one line of JSON; empty is none. */
  FINDINGS_FILE("findings.file", ""),
  /** {@code stderr} words findings for people there, {@code off} keeps silent. */
  FINDINGS_LOG("findings.log", "stderr"),
  /** A folder for profiles that are taken when a finding is opened; empty takes none. */
  EVIDENCE("evidence", ""),
  /** The jar of async-profiler; empty looks for one beside the agent's. */
  EVIDENCE_PROFILER("evidence.profiler", ""),
  /** Time between two looks at the threads. */
  SAMPLING_INTERVAL("sampling.interval", "500ms"),
  /** Time between two exports of metrics. */
  METRICS_INTERVAL("metrics.interval", "5s"),
  /** Port on which the JVM itself serves {@code /metrics}; empty is none, 0 is any. */
  PROMETHEUS_PORT("prometheus.port", ""),
  /** Address that this port is opened on. */
  PROMETHEUS_HOST("prometheus.host", "127.0.0.1"),
  /** Share of one core that the agent may use on average. */
  CPU_BUDGET("cpu.budget", "0.01"),
  /** {@code false} does without Flight Recorder. */
  JFR("jfr", "true"),
  /** {@code false} weaves nothing. */
  HOOKS("hooks", "true"),
  /** {@code false} measures no tasks of pools, and leaves their way through a pool as it is. */
  TASKS("tasks", "true"),
  /** {@code true} keeps books of who holds permits of semaphores, on paths where nobody waits. */
  PERMITS("permits", "false"),
  /** {@code off} leaves servers and libraries of the application alone. */
  LIBRARIES("libraries", "on");

  private final String key;
  private final String initial;

  Option(String key, String initial) {
    this.key = key;
    this.initial = initial;
  }

  /** As it stands among the agent's arguments; a system property has {@code unpark.} before it. */
  public String key() {
    return key;
  }

  String initial() {
    return initial;
  }

  String property() {
    return "unpark." + key;
  }

  String variable() {
    return "UNPARK_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}

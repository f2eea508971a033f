package dev.unpark.dumps;

/** The shape in which a dump is written. */
public enum DumpForm {
  /** {@code jstack}, {@code jcmd Thread.print}, {@code kill -3}, Ctrl-Break. */
  HOTSPOT_TEXT("hotspot", "a HotSpot thread dump", true),
  /** {@code jcmd Thread.dump_to_file -format=json}. */
  TO_FILE_JSON("dump_to_file-json", "a JSON thread dump of Thread.dump_to_file", true),
  /** {@code jcmd Thread.dump_to_file}. */
  TO_FILE_TEXT("dump_to_file-text", "a plain thread dump of Thread.dump_to_file", true),
  /** OpenJ9 and IBM JDKs. */
  JAVACORE("javacore", "a javacore of OpenJ9", true),
  /** {@code jstack -F}, {@code jhsdb jstack}. */
  SERVICEABILITY_AGENT("jhsdb", "a dump of the serviceability agent (jhsdb, jstack -F)", true),
  /** What HotSpot prints of a deadlock, without the dump that it stood in. */
  DEADLOCK_SECTION("deadlock-section", "the deadlock section of a HotSpot dump", true),
  /** {@code ThreadInfo.toString}. */
  THREAD_INFO("thread-info", "a dump made with ThreadInfo.toString", true),
  /** Servers, watchdogs, test frameworks, IDEs and Android, each in its own words. */
  PROGRAM_TEXT("program-text", "threads as a program prints them itself", true),
  /** VisualVM, jconsole, Spring Boot's text. */
  JMX_TEXT("jmx-text", "a dump taken through JMX", true),
  /** Spring Boot's {@code /actuator/threaddump}. */
  ACTUATOR_JSON("actuator-json", "a thread dump of Spring Boot's actuator", true),
  /** What HotSpot leaves behind when it crashes. */
  HS_ERR("hs-err", "an error report of a crashed JVM", true),
  /** {@code kill -3} of a GraalVM native image. */
  NATIVE_IMAGE("native-image", "a thread dump of a native image", true),
  /** A flight recording. */
  RECORDING("jfr", "a flight recording", false),
  /** None that is known. */
  UNKNOWN("unknown", "no thread dump", false);

  private final String label;
  private final String description;
  private final boolean readable;

  DumpForm(String label, String description, boolean readable) {
    this.label = label;
    this.description = description;
    this.readable = readable;
  }

  /** The spelling of {@code --format json}. */
  public String label() {
    return label;
  }

  /** The form in words, with its article: {@code a javacore of OpenJ9}. */
  public String description() {
    return description;
  }

  /** Whether dumps of this form are read, and not only recognised. */
  public boolean isReadable() {
    return readable;
  }
}

package dev.unpark.dumps;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Tells the form of a dump from its content; names and endings of files lie. */
final class FormRecognizer {
  private static final Pattern TO_FILE =
      Pattern.compile("#\\d{1,19} \".*\"( virtual)?( [A-Z_]+ \\d{4}-.*)?|Thread #\\d+ \".*\".*");
  private static final Pattern THREAD_INFO =
      Pattern.compile("\".*\"( daemon)?( prio=\\d+)? Id=\\d+ (Group=.*)?(cpuUsage=.*)?[A-Z_]+.*");
  private static final Pattern JMX = Pattern.compile("\".*\" - Thread t@\\d+.*");

  private FormRecognizer() {}

  /**
   * The form in which that line can stand, or {@code UNKNOWN}: most lines of a log tell nothing.
   */
  static DumpForm of(String line) {
    if (line.isEmpty()) {
      return DumpForm.UNKNOWN;
    }
    return switch (line.charAt(0)) {
      case 'F' -> ofTitle(line);
      case '"' -> ofQuoted(line);
      case '#' -> ofHash(line);
      case 'T' -> ofThread(line);
      case 'C', ' ' -> ProgramHeader.opens(line) ? DumpForm.PROGRAM_TEXT : DumpForm.UNKNOWN;
      case '0', '1', '2', '3' -> isJavacore(line) ? DumpForm.JAVACORE : DumpForm.UNKNOWN;
      case 'A', 'D' ->
          line.startsWith("Attaching to process ID ")
                  || line.startsWith("Attaching to core ")
                  || line.startsWith("Deadlock Detection:")
              ? DumpForm.SERVICEABILITY_AGENT
              : DumpForm.UNKNOWN;
      default -> DumpForm.UNKNOWN;
    };
  }

  private static DumpForm ofTitle(String line) {
    if (LoneDeadlock.opens(line)) {
      return DumpForm.DEADLOCK_SECTION;
    }
    return HotSpotText.opens(line) ? DumpForm.HOTSPOT_TEXT : DumpForm.UNKNOWN;
  }

  private static DumpForm ofHash(String line) {
    if (HsErr.opens(line)) {
      return DumpForm.HS_ERR;
    }
    return TO_FILE.matcher(line).matches() ? DumpForm.TO_FILE_TEXT : DumpForm.UNKNOWN;
  }

  private static DumpForm ofThread(String line) {
    if (TO_FILE.matcher(line).matches()) {
      return DumpForm.TO_FILE_TEXT;
    }
    if (line.startsWith("Thread ") && line.contains(": (state = ")) {
      return DumpForm.SERVICEABILITY_AGENT;
    }
    return ProgramHeader.opens(line) ? DumpForm.PROGRAM_TEXT : DumpForm.UNKNOWN;
  }

  private static DumpForm ofQuoted(String line) {
    if (NativeImageText.opens(line)) {
      return DumpForm.NATIVE_IMAGE;
    }
    if (ProgramHeader.opens(line)) {
      return DumpForm.PROGRAM_TEXT;
    }
    if (HotSpotText.opens(line)) {
      return DumpForm.HOTSPOT_TEXT;
    }
    if (JMX.matcher(line).matches()) {
      return DumpForm.JMX_TEXT;
    }
    return THREAD_INFO.matcher(line).matches() ? DumpForm.THREAD_INFO : DumpForm.UNKNOWN;
  }

  private static boolean isJavacore(String line) {
    return line.startsWith("0SECTION ")
        || line.startsWith("1TISIGINFO ")
        || line.startsWith("1XMTHDINFO ")
        || line.startsWith("3XMTHREADINFO ")
        || line.startsWith("2XMFULLTHDDUMP ");
  }

  static boolean isRecording(byte[] head) {
    return head.length > 4 && head[0] == 'F' && head[1] == 'L' && head[2] == 'R' && head[3] == 0;
  }

  /** Whether the content is one JSON value and begins as {@code Thread.dump_to_file} does. */
  static boolean isToFileJson(byte[] head) {
    return opensJson(head) && letters(head).contains("\"threadDump\"");
  }

  /** Whether the content is the JSON of Spring Boot's actuator. */
  static boolean isActuatorJson(byte[] head) {
    // Log lines in JSON name threads too, but have no list of them.
    if (!opensJson(head)) {
      return false;
    }
    String letters = letters(head);
    return letters.contains("\"threadName\"")
        && (first(head) == '[' || letters.contains("\"threads\""));
  }

  private static boolean opensJson(byte[] head) {
    return first(head) == '{' || first(head) == '[';
  }

  private static byte first(byte[] head) {
    for (byte b : head) {
      // Blanks, the zeros of UTF-16, and byte-order marks come before.
      if (b > ' ') {
        return b;
      }
    }
    return 0;
  }

  private static String letters(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1).replace("\0", "");
  }
}

package dev.unpark.dumps;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a javacore says of when, by which process and by which JDK it was written. One per javacore.
 *
 * <pre>
 *   1TIDATETIME    Date: 2019/11/05 at 22:50:18:657
 *   1TIFILENAME    Javacore filename: /logs/javacore.20191105.225018.17.0010.txt
 *   1CIJAVAVERSION JRE 1.8.0 Linux amd64-64 (build 8.0.5.41 ...)
 *   1CIPROCESSID   Process ID: 17 (0x11)
 *   2XMFULLTHDDUMP Full thread dump Classic VM (J2RE 1.4.0 IBM Windows 32 build cn140-20020902, ...
 * </pre>
 */
final class JavacoreHead {
  private static final Pattern DATE =
      Pattern.compile(
          "Date: +(\\d{4})/(\\d\\d)/(\\d\\d) at (\\d\\d:\\d\\d:\\d\\d)(?::(\\d{3}))?.*");
  private static final Pattern PROCESS = Pattern.compile("Process ID: (\\d{1,18}) .*");
  private static final Pattern FILE =
      Pattern.compile(".*javacore\\.\\d+\\.\\d+\\.(\\d{1,18})\\.(?:\\d+\\.)?txt.*");
  private static final Pattern BUILD = Pattern.compile(".*\\(build (\\d[\\d.]*)\\+.*");
  private static final Pattern VERSION = Pattern.compile("(?:JRE|J2RE) (\\d[\\w.]*).*");

  private final ZoneId zone;
  private boolean timeIsUtc;

  /**
   * @param zone in which local times are meant
   */
  JavacoreHead(ZoneId zone) {
    this.zone = zone;
  }

  /** Takes a line; false when it should say something and does not. */
  boolean line(PrintedDump dump, String tag, String rest) {
    return switch (tag) {
      case "1TIDATETIME", "1TIDATETIMEUTC" -> time(dump, tag, rest);
      case "1TIFILENAME" -> file(dump, rest);
      case "1CIPROCESSID" -> process(dump, rest);
      case "1CIJAVAVERSION" -> version(dump, rest);
      case "2XMFULLTHDDUMP" -> title(dump, rest);
      default -> true;
    };
  }

  private boolean time(PrintedDump dump, String tag, String rest) {
    Matcher date = DATE.matcher(rest);
    if (!date.matches()) {
      return false;
    }
    boolean utc = tag.endsWith("UTC");
    if (timeIsUtc) {
      return true;
    }
    timeIsUtc = utc;
    String millis = date.group(5) == null ? "000" : date.group(5);
    String local =
        "%s-%s-%sT%s.%s"
            .formatted(date.group(1), date.group(2), date.group(3), date.group(4), millis);
    try {
      dump.time = instant(LocalDateTime.parse(local), utc ? ZoneOffset.UTC : zone);
      return true;
    } catch (DateTimeException notATime) {
      return false;
    }
  }

  private static Instant instant(LocalDateTime local, ZoneId zone) {
    return local.atZone(zone).toInstant();
  }

  /** Old javacores tell their process only in their name. */
  private static boolean file(PrintedDump dump, String rest) {
    Matcher file = FILE.matcher(rest);
    if (dump.pid < 0 && file.matches()) {
      dump.pid = Long.parseLong(file.group(1));
    }
    return true;
  }

  private static boolean process(PrintedDump dump, String rest) {
    Matcher process = PROCESS.matcher(rest);
    if (process.matches()) {
      dump.pid = Long.parseLong(process.group(1));
    }
    return process.matches();
  }

  private static boolean version(PrintedDump dump, String rest) {
    Matcher build = BUILD.matcher(rest);
    Matcher version = VERSION.matcher(rest);
    if (build.matches()) {
      dump.jdk = build.group(1);
    } else if (version.matches()) {
      dump.jdk = version.group(1);
    }
    return true;
  }

  private static boolean title(PrintedDump dump, String rest) {
    int open = rest.indexOf('(');
    return !dump.jdk.isEmpty() || open < 0 || version(dump, rest.substring(open + 1));
  }
}

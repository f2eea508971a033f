package dev.unpark.dumps;

import dev.unpark.diagnosis.model.VirtualScheduler;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jcmd PID Thread.vthread_scheduler} prints, from JDK 24 on.
 *
 * <pre>
 *   8892:
 *   java.util.concurrent.ForkJoinPool@2e9d903f[Running, parallelism = 2, size = 2, active = 0, running = 0, steals = 20000, tasks = 0, submissions = 0, delayed = 20000]
 * </pre>
 */
public final class SchedulerLine {
  private static final String START = "java.util.concurrent.ForkJoinPool@";
  private static final Pattern SCHEDULER =
      Pattern.compile(
          "java\\.util\\.concurrent\\.ForkJoinPool@\\p{XDigit}{1,8}\\[[A-Za-z ]+, parallelism = (\\d{1,9}),"
              + " size = (\\d{1,9}), active = (\\d{1,9}), running = \\d{1,9}, steals = \\d{1,19},"
              + " tasks = (\\d{1,9}), submissions = (\\d{1,9})(?:, delayed = \\d{1,19})?\\]");

  private SchedulerLine() {}

  /** The scheduler that stands in a line of that text; null when there is none. */
  public static @Nullable VirtualScheduler read(String text) {
    return text.lines()
        .map(line -> ofLine(line.strip()))
        .filter(scheduler -> scheduler != null)
        .findFirst()
        .orElse(null);
  }

  static @Nullable VirtualScheduler ofLine(String line) {
    if (!line.startsWith(START)) {
      return null;
    }
    Matcher scheduler = SCHEDULER.matcher(line);
    return scheduler.matches()
        ? new VirtualScheduler(
            number(scheduler, 1),
            number(scheduler, 2),
            number(scheduler, 3),
            number(scheduler, 4) + number(scheduler, 5))
        : null;
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }
}

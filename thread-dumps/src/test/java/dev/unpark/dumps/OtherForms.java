package dev.unpark.dumps;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of the other forms must yield.
 *
 * @param form the form that the reader must tell
 * @param header how a thread begins in that form: an independent, simple-minded count
 */
record OtherForms(DumpForm form, Pattern header) {
  private static final OtherForms TO_FILE_TEXT =
      new OtherForms(DumpForm.TO_FILE_TEXT, Pattern.compile("(?m)^#\\d+ \""));

  static @Nullable OtherForms of(Corpus.Row row) {
    return switch (row.format()) {
      case "dump_to_file.txt" -> TO_FILE_TEXT;
      default -> null;
    };
  }

  /**
   * The members of each deadlock in the program that was dumped, as far as that form can show it:
   * {@code Thread.dump_to_file} names no owner of a ReentrantLock, the serviceability agent shows
   * no virtual thread.
   */
  static Set<Set<String>> deadlocks(Corpus.Row row) {
    boolean toFile = row.format().startsWith("dump_to_file");
    if (row.file().contains("-monitor-deadlock.") || row.file().contains("-threadinfo.")) {
      return Set.of(Set.of("dl-1", "dl-2"));
    }
    if (row.file().contains("-reentrantlock-deadlock.") && !toFile) {
      return Set.of(Set.of("rl-1", "rl-2"));
    }
    if (row.file().contains("-v-deadlock.") && toFile) {
      return Set.of(Set.of("vdl-1", "vdl-2"));
    }
    return Set.of();
  }
}

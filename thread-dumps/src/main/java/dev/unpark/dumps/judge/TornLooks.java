package dev.unpark.dumps.judge;

import dev.unpark.dumps.Dump;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of looks some of which are cut: their log was rotated, a disk was full, the JVM was killed
 * while it printed.
 */
final class TornLooks {

  /*
   * A cut look shows some threads as they were, and of the others nothing. What it lacks is not gone,
   * and what a whole look behind it shows has not come since. So what has ended, grown or moved is
   * judged by whole looks; a cut one is good for what it shows where no whole one follows it, and to
   * prove what whole ones show as well.
   */

  private TornLooks() {}

  /** Those that are whole; all where none is. */
  static List<Dump> whole(List<Dump> row) {
    List<Dump> whole = row.stream().filter(look -> !look.truncated()).toList();
    return whole.isEmpty() ? row : whole;
  }

  /** Those that are whole, and those behind the last of them. */
  static List<Dump> wholeAndLatest(List<Dump> row) {
    int behind = row.size();
    while (behind > 0 && row.get(behind - 1).truncated()) {
      behind--;
    }
    List<Dump> looks = new ArrayList<>(whole(row.subList(0, behind)));
    looks.addAll(row.subList(behind, row.size()));
    return looks;
  }
}

package dev.unpark.dumps;

import java.util.regex.Pattern;

/**
 * Undoes what pages, trackers and chats do to a dump that is pasted there, line by line. One per
 * file.
 *
 * <pre>
 *   &amp;quot;main&amp;quot; #1 prio=5 tid=0x7f runnable                          copied out of the source of a page
 *   "main" #1 prio=5 tid=0x7f runnable&lt;br&gt;
 *   ```                                                          the fence of a quotation, here and there
 *   "main" #1 prio=5 tid=0x7f runnable java.lang.Thread.State: RUNNABLE at ...    the line ends are lost
 *   "main" #1 prio=5 tid=0x7f runnable\n   java.lang.Thread.State: RUNNABLE\n...  a string out of a program
 * </pre>
 *
 * <p>Frames, which are nine lines of ten, pay one comparison of their first letter, until a line
 * has shown that a page is the source.
 */
final class Pasted {
  private static final Pattern BREAK = Pattern.compile("(?i)<br ?/?>|</?pre>|</?code>");
  private static final Pattern FENCE = Pattern.compile("```\\w*|\\{(?:noformat|code)(?::[^}]*)?}");

  /** Where a line ended that is none any more. */
  private static final Pattern LOST_END =
      Pattern.compile(
          "\\s+(?=(?:java\\.lang\\.Thread\\.State: |at [\\w$.@/<>-]+\\(|- +(?:parking to|waiting (?:on|to)|locked|eliminated|blocked on) ))");

  private static final String STATE = " java.lang.Thread.State: ";

  /** Whether a line has shown that the text came out of a page. */
  private boolean ofPage;

  /**
   * The line as it was before.
   *
   * @return several, with line ends between them, where it was several
   */
  String restore(String text) {
    if (text.isEmpty() || text.charAt(0) == '\t' && !ofPage) {
      return text;
    }
    String line = withoutMarkup(text);
    if (line.isEmpty()) {
      return line;
    }
    char first = line.charAt(0);
    if ((first == '`' || first == '{') && FENCE.matcher(line.strip()).matches()) {
      return "";
    }
    if (line.contains("\\n") && isDump(line)) {
      line =
          line.replace("\\r", "").replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"");
    }
    int name = line.indexOf('"');
    return name >= 0 && line.indexOf(STATE, name) >= 0 && isHeader(line) ? ofOneLine(line) : line;
  }

  private String withoutMarkup(String text) {
    String line = text;
    if (line.indexOf('&') >= 0 && (ofPage || line.contains("&quot;") || line.contains("&lt;0x"))) {
      ofPage = true;
      line =
          line.replace("&quot;", "\"")
              .replace("&#34;", "\"")
              .replace("&#39;", "'")
              .replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&nbsp;", " ")
              .replace("&amp;", "&");
    }
    if (!line.endsWith(">") && !line.startsWith("<")) {
      return line;
    }
    String bare = BREAK.matcher(line).replaceAll("");
    ofPage |= bare.length() < line.length();
    return bare;
  }

  private static boolean isDump(String line) {
    return line.contains(STATE.strip()) && (isHeader(line) || line.contains("Full thread dump"));
  }

  private static boolean isHeader(String line) {
    return line.contains(" tid=") || line.contains(" Id=") || line.contains(" t@");
  }

  /** A log that makes one line of each thread, or a mail of each paragraph. */
  private static String ofOneLine(String line) {
    String whole = line.startsWith("`") ? line.substring(1) : line;
    whole = whole.endsWith("`") ? whole.substring(0, whole.length() - 1) : whole;
    return LOST_END.matcher(whole).replaceAll("\n\t");
  }
}

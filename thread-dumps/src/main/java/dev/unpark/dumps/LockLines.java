package dev.unpark.dumps;

import dev.unpark.dumps.LockMention.Verb;
import java.util.Locale;

/**
 * The lines below a frame that name a lock.
 *
 * <pre>
 *   - waiting on &lt;0x00000000f7902358&gt; (a java.lang.ref.ReferenceQueue$Lock)
 *   - waiting on &lt;no object reference available&gt;
 *   - waiting to re-lock in wait() &lt;0x000000062ff1a5b8&gt; (a java.lang.Object)
 *   - waiting to lock &lt;045DDE48&gt; (a java.util.TaskQueue)                 JDK 1.4 on Windows: no 0x
 *   - parking to wait for  &lt;0x00000000f791c9b8&gt; (a java.util.concurrent.FutureTask)
 *   - waiting on the Class initialization monitor for shop.Catalogue
 *   - locked &lt;0x00000000f791c8a0&gt; (a java.lang.Class for shop.Till)
 *   - eliminated &lt;owner is scalar replaced&gt; (a java.lang.Object)
 * </pre>
 */
final class LockLines {
  private static final String INITIALIZATION = "waiting on the Class initialization monitor for ";

  private LockLines() {}

  /** Reads the text behind the dash into the thread; false when it says nothing known. */
  static boolean read(String text, int from, PrintedThread thread) {
    if (text.startsWith("locked ", from)) {
      return mention(Verb.LOCKED, text, from, thread);
    }
    if (text.startsWith("waiting to lock ", from)) {
      return mention(Verb.WAITING_TO_LOCK, text, from, thread);
    }
    if (text.startsWith("parking to wait for ", from)) {
      return mention(Verb.PARKING, text, from, thread);
    }
    if (text.startsWith("waiting to re-lock in wait() ", from)) {
      return mention(Verb.RELOCKING, text, from, thread);
    }
    if (text.startsWith(INITIALIZATION, from)) {
      String initialised = text.substring(from + INITIALIZATION.length()).strip();
      thread.mention(Verb.CLASS_INITIALIZATION, initialised, initialised);
      return !initialised.isEmpty();
    }
    if (text.startsWith("waiting on ", from)) {
      return mention(Verb.WAITING_ON, text, from, thread);
    }
    // A lock that the compiler took away blocks nobody.
    return text.startsWith("eliminated ", from);
  }

  /** Reads a line of the list of ownable synchronizers, from behind the dash. */
  static boolean readSynchronizer(String text, int from, PrintedThread thread) {
    if (text.startsWith("None", from)) {
      return true;
    }
    String id = id(text, from);
    String className = className(text, from);
    if (id.isEmpty() || className.isEmpty()) {
      return false;
    }
    thread.synchronizer(id, className);
    return true;
  }

  /** The lock of a line of the deadlock section, spelled as the threads spell it; else empty. */
  static String idInDeadlock(String text) {
    int object = Math.max(text.indexOf("(object "), text.indexOf("(Object@"));
    int from = object >= 0 ? object + 8 : text.indexOf("synchronizer ") + 13;
    int to = text.indexOf(',', from);
    return to < 0 ? "" : canonical(text.substring(from, to));
  }

  /** The class of that lock, of which {@code jstack -F} prints a path. */
  static String classInDeadlock(String text) {
    int alone = text.indexOf("(a ");
    int open = alone >= 0 ? alone + 3 : text.indexOf(", a ") + 4;
    int close = text.lastIndexOf(')');
    return open < 4 && alone < 0 || close < open
        ? ""
        : text.substring(open, close).replace('/', '.');
  }

  private static boolean mention(Verb verb, String text, int from, PrintedThread thread) {
    int open = text.indexOf('<', from);
    if (open < 0) {
      return bareMention(verb, text, from, thread);
    }
    if (text.indexOf('>', open) < 0) {
      return false;
    }
    String id = id(text, from);
    if (id.isEmpty() && !text.startsWith("no object reference", open + 1)) {
      return false;
    }
    thread.mention(verb, id, className(text, from));
    return true;
  }

  /** A page has taken the angle brackets for its own: {@code locked 0xf791c8a0 (a shop.Till)}. */
  private static boolean bareMention(Verb verb, String text, int from, PrintedThread thread) {
    int start = text.indexOf(" 0x", from) + 1;
    int end = text.indexOf(" (a ", start);
    String id = start < 1 || end < 0 ? "" : canonical(text.substring(start, end));
    if (!id.isEmpty()) {
      thread.mention(verb, id, className(text, end));
    }
    return !id.isEmpty();
  }

  private static String id(String text, int from) {
    int open = text.indexOf('<', from);
    int close = open < 0 ? -1 : text.indexOf('>', open);
    return close < 0 ? "" : canonical(text.substring(open + 1, close));
  }

  private static String className(String text, int from) {
    int open = text.indexOf("(a ", from);
    int close = text.lastIndexOf(')');
    return open < 0 || close < open ? "" : text.substring(open + 3, close);
  }

  /** One spelling for an address: {@code 0xf791c8a0}. Empty when it is none. */
  static String canonical(String printed) {
    int from = printed.startsWith("0x") ? 2 : 0;
    int length = printed.length();
    if (length == from || length - from > 16) {
      return "";
    }
    boolean capitals = false;
    for (int i = from; i < length; i++) {
      char c = printed.charAt(i);
      if (c >= 'A' && c <= 'F') {
        capitals = true;
      } else if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return "";
      }
    }
    while (from < length - 1 && printed.charAt(from) == '0') {
      from++;
    }
    String digits = printed.substring(from);
    return "0x" + (capitals ? digits.toLowerCase(Locale.ROOT) : digits);
  }
}

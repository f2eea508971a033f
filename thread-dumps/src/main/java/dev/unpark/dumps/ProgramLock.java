package dev.unpark.dumps;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a line of a {@link ProgramText} says of a lock: which one, and, as a rule, who owns it.
 *
 * <pre>
 *   Blocked on shop.Till@6a2bcfcb
 *   on java.lang.Object@5d1a0a owned by "till-2" Id=123
 *   - waiting to lock &lt;0x0c1f4a4d&gt; (a java.lang.Object) held by thread 12
 *   - waiting on (a java.lang.Object@5d1a0a) owned by till-2 Id=21
 *   Lock [object=java.lang.Object@51e9ae0c, ownerName=till-2, ownerId=103]
 * </pre>
 *
 * @param id its class and hash, so that all spellings of one lock are one
 * @param ownerId Java id of its owner, or -1
 * @param ownerName empty when the line does not name one
 */
record ProgramLock(String id, String className, long ownerId, String ownerName) {
  private static final int LONGEST = 2000;
  private static final Pattern LOCK =
      Pattern.compile(
          "<(?:0x)?(?<address>\\p{XDigit}{1,16})> \\(an? (?<class>[^)]{1,500})\\)"
              + "|(?:\\(an? |\\[object=)?(?<named>[^\\s()@=]{1,500})@(?<hash>\\p{XDigit}{1,16})");
  private static final Pattern BY_ID =
      Pattern.compile(".*?(?: held by thread |, ownerId=| [Ii]d=)(\\d{1,18})\\b.*");
  private static final Pattern BY_NAME =
      Pattern.compile(" owned by \"?(.*?)\"? (?:[Ii]d|tid)=.*|, ownerName=(.*), ownerId=.*");

  /** The lock that a line names from there on, or null when it names none. */
  static @Nullable ProgramLock of(String line, int from) {
    if (line.length() > LONGEST) {
      return null;
    }
    Matcher lock = LOCK.matcher(line).region(from, line.length());
    if (!lock.lookingAt()) {
      return null;
    }
    boolean addressed = lock.group("address") != null;
    String className = lock.group(addressed ? "class" : "named");
    String hash = lock.group(addressed ? "address" : "hash");
    String rest = line.substring(lock.end());
    return new ProgramLock(
        className + '@' + withoutZeros(hash.toLowerCase(Locale.ROOT)),
        className,
        ownerId(rest),
        ownerName(rest));
  }

  /** The Java id in {@code owned by "till-2" Id=22} and its like; -1 when there is none. */
  static long ownerId(String rest) {
    Matcher owner = BY_ID.matcher(rest);
    return owner.matches() ? Long.parseLong(owner.group(1)) : -1;
  }

  private static String ownerName(String rest) {
    Matcher owner = BY_NAME.matcher(rest);
    if (!owner.matches()) {
      return "";
    }
    return owner.group(1) != null ? owner.group(1) : owner.group(2);
  }

  private static String withoutZeros(String hash) {
    int from = 0;
    while (from < hash.length() - 1 && hash.charAt(from) == '0') {
      from++;
    }
    return hash.substring(from);
  }
}

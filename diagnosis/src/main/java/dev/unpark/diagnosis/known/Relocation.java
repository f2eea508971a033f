package dev.unpark.diagnosis.known;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames of a library that another one carries with it under a name of its own.
 *
 * <pre>
 *   io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoop.run    as it stands in a stack
 *                        io.netty.channel.nio.NioEventLoop.run    as it is known
 * </pre>
 */
final class Relocation {
  private static final Pattern CARRIED =
      Pattern.compile(
          "^[\\w.$]+?\\.(?:shaded|shade|relocated|repackaged|thirdparty|vendor)\\."
              + "(?=(?:com|io|net|org|reactor)\\.)");

  private Relocation() {}

  /** The stack with the names under which its frames are known; the same list where they are. */
  static List<String> undone(List<String> stack) {
    List<String> plain = null;
    for (int depth = 0; depth < stack.size(); depth++) {
      Matcher carried = CARRIED.matcher(stack.get(depth));
      if (carried.find()) {
        plain = plain == null ? new ArrayList<>(stack) : plain;
        plain.set(depth, stack.get(depth).substring(carried.end()));
      }
    }
    return plain == null ? stack : plain;
  }
}

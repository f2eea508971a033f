package dev.unpark.telemetry;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives equal texts as one object, wherever it can: the JVMs of a service run the same code, and a
 * JVM says its names anew with every full frame.
 *
 * <p><b>Threading:</b> any thread may call anything; two that race may get equal texts as two
 * objects, which is no harm. <b>When full:</b> a place holds the text that came to it last.
 */
final class SharedTexts {
  private static final int TEXTS = 1 << 16;
  private static final int STACKS = 1 << 14;
  private static final int LONGEST = 512;

  private static final @Nullable String[] SHARED_TEXTS = new String[TEXTS];

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array cannot be made of a generic type
  private static final @Nullable List<String>[] SHARED_STACKS = new List[STACKS];

  private SharedTexts() {}

  /** The text that these bytes are in UTF-8. */
  static String text(byte[] bytes, int from, int to) throws MalformedObservation {
    int hash = 0;
    int signs = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
      signs |= bytes[i];
    }
    if (signs < 0) {
      return decoded(bytes, from, to);
    }
    if (to - from > LONGEST) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    int place = (hash ^ hash >>> 16) & TEXTS - 1;
    String known = SHARED_TEXTS[place];
    if (known != null && isSame(known, bytes, from, to)) {
      return known;
    }
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    SHARED_TEXTS[place] = text;
    return text;
  }

  private static boolean isSame(String text, byte[] bytes, int from, int to) {
    int length = to - from;
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static String decoded(byte[] bytes, int from, int to) throws MalformedObservation {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException torn) {
      throw new MalformedObservation("a string is not UTF-8");
    }
  }

  /** That stack, or an equal one. */
  static List<String> stack(List<String> stack) {
    int hash = stack.hashCode();
    int place = (hash ^ hash >>> 16) & STACKS - 1;
    List<String> known = SHARED_STACKS[place];
    if (known != null && known.equals(stack)) {
      return known;
    }
    List<String> immutable = List.copyOf(stack);
    SHARED_STACKS[place] = immutable;
    return immutable;
  }
}

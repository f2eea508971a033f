package dev.unpark.diagnosis.known;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which stacks are known, and what they tell. Immutable, and safe for any thread. */
public final class KnownStacks {
  private static final String RESOURCE = "known-stacks.txt";

  /** Made on first use, by the class loader's own lock. */
  private static final class Standard {
    static final KnownStacks STACKS = load();

    private static KnownStacks load() {
      try (InputStream in = KnownStacks.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException(RESOURCE + " is missing from the jar");
        }
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
        return new KnownStacks(new KnownStacksParser(RESOURCE).parse(reader));
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  private final List<KnownStack> all;
  private final Map<String, List<KnownStack>> byMethod = new HashMap<>();
  private final List<KnownStack> byPrefix = new ArrayList<>();

  private KnownStacks(List<KnownStack> all) {
    this.all = List.copyOf(all);
    for (KnownStack stack : all) {
      KnownStack.Step first = stack.steps().get(0);
      if (first.prefix()) {
        byPrefix.add(stack);
      } else {
        byMethod.computeIfAbsent(first.method(), method -> new ArrayList<>()).add(stack);
      }
    }
  }

  /** Those that come with this project. */
  public static KnownStacks standard() {
    return Standard.STACKS;
  }

  /**
   * These, and those of a user's file besides.
   *
   * @param reader the file's text; left open
   * @param source how to name the file when something is wrong with it
   * @throws KnownStacksException when a line is not understood; it names the line
   */
  public KnownStacks with(Reader reader, String source) throws IOException {
    List<KnownStack> more = new ArrayList<>(all);
    more.addAll(new KnownStacksParser(source).parse(reader));
    return new KnownStacks(more);
  }

  /** Those that may begin with that frame. */
  List<KnownStack> beginningWith(String frame, String method) {
    List<KnownStack> found = new ArrayList<>(byMethod.getOrDefault(method, List.of()));
    for (KnownStack stack : byPrefix) {
      if (stack.steps().get(0).matches(frame)) {
        found.add(stack);
      }
    }
    return found;
  }
}

package dev.unpark.diagnosis.known;

import dev.unpark.diagnosis.model.Frames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads stacks, each one once: the threads of a pool stand in the same place, and a thread of a
 * series does too.
 *
 * <p><b>Threading:</b> confined to whoever made it. <b>When full:</b> it forgets everything and
 * starts anew.
 */
public final class StackReader {
  private static final int MOST_STACKS = 20_000;
  private static final int MOST_FRAMES = 50_000;

  private final KnownStacks known;
  private final Map<List<String>, StackFacts> stacks = new HashMap<>();
  private final Map<String, List<KnownStack>> frames = new HashMap<>();

  public StackReader(KnownStacks known) {
    this.known = known;
  }

  /** What that stack tells; nothing when it is empty. */
  public StackFacts facts(List<String> stack) {
    if (stack.isEmpty()) {
      return StackFacts.NONE;
    }
    StackFacts facts = stacks.get(stack);
    if (facts == null) {
      if (stacks.size() >= MOST_STACKS) {
        stacks.clear();
      }
      facts = read(stack);
      stacks.put(stack, facts);
    }
    return facts;
  }

  private StackFacts read(List<String> stack) {
    int[] depths = StackFacts.noDepths();
    int ownDepth = stack.size();
    for (int depth = 0; depth < stack.size(); depth++) {
      String frame = stack.get(depth);
      boolean tagged = false;
      for (KnownStack piece : beginningWith(frame)) {
        if (piece.standsAt(depth, stack)) {
          tagged = true;
          int tag = piece.tag().ordinal();
          depths[tag] = Math.min(depths[tag], depth);
        }
      }
      if (ownDepth == stack.size() && !tagged && !Frames.isJdk(frame)) {
        ownDepth = depth;
      }
    }
    return new StackFacts(stack, depths, ownDepth);
  }

  private List<KnownStack> beginningWith(String frame) {
    List<KnownStack> pieces = frames.get(frame);
    if (pieces == null) {
      if (frames.size() >= MOST_FRAMES) {
        frames.clear();
      }
      pieces = List.copyOf(known.beginningWith(frame, Frames.method(frame)));
      frames.put(frame, pieces);
    }
    return pieces;
  }
}

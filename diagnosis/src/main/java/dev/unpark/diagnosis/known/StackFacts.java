package dev.unpark.diagnosis.known;

import dev.unpark.diagnosis.model.Frames;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one stack tells of the thread that stands in it; worked out when first asked for, and then
 * known for as long as threads stand there.
 *
 * <p><b>Threading:</b> confined to whoever has the {@link StackReader}.
 */
public final class StackFacts {
  private static final int ABSENT = Integer.MAX_VALUE;

  /** Of a stack that was not taken. */
  public static final StackFacts NONE = new StackFacts(List.of(), noDepths(), 0);

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final List<String> stack;
  private final int[] depths;
  private final int ownDepth;
  private final Set<StackTag> tags;
  private long place;
  private long code;

  /**
   * Lists of text, kept no longer than until the next collection of garbage: of all stacks of some
   * thousand JVMs they would fill a collector's heap.
   */
  private WeakReference<@Nullable List<String>> ownMethods = new WeakReference<>(null);

  private WeakReference<@Nullable Set<String>> ownClasses = new WeakReference<>(null);
  private @Nullable String reentered;

  /**
   * @param depths for each tag the depth of its innermost frame
   * @param ownDepth depth of the innermost frame that is neither the JDK's nor known
   */
  StackFacts(List<String> stack, int[] depths, int ownDepth) {
    this.stack = stack;
    this.depths = depths;
    this.ownDepth = ownDepth;
    Set<StackTag> present = EnumSet.noneOf(StackTag.class);
    for (StackTag tag : StackTag.values()) {
      if (depths[tag.ordinal()] != ABSENT) {
        present.add(tag);
      }
    }
    this.tags = Collections.unmodifiableSet(present);
  }

  static int[] noDepths() {
    int[] depths = new int[StackTag.values().length];
    Arrays.fill(depths, ABSENT);
    return depths;
  }

  /** The tags of its frames. */
  public Set<StackTag> tags() {
    return tags;
  }

  /** Whether a frame anywhere in it bears that tag. */
  public boolean has(StackTag tag) {
    return depths[tag.ordinal()] != ABSENT;
  }

  /** Whether it stands in such a frame now: no code of the user's own has been called from it. */
  public boolean isIn(StackTag tag) {
    return depths[tag.ordinal()] < ownDepth;
  }

  /** The innermost frame of that tag, or "". */
  public String frame(StackTag tag) {
    return has(tag) ? stack.get(depths[tag.ordinal()]) : "";
  }

  /** The innermost frame that is neither the JDK's nor known; without one, not the JDK's; or "". */
  public String ownFrame() {
    return ownDepth < stack.size() ? stack.get(ownDepth) : Frames.ownFrame(stack);
  }

  /** {@link #ownFrame()} and the frames that called it, at most so many. */
  public List<String> ownFrames(int most) {
    return stack.subList(ownDepth, Math.min(ownDepth + most, stack.size()));
  }

  /** Whether code that is neither the JDK's nor known stands in it. */
  public boolean hasOwnCode() {
    return ownDepth < stack.size();
  }

  /** The methods in it that are not the JDK's, innermost first. */
  public List<String> ownMethods() {
    List<String> methods = ownMethods.get();
    if (methods == null) {
      methods = new ArrayList<>();
      for (String frame : stack) {
        if (!Frames.isJdk(frame)) {
          methods.add(Frames.method(frame));
        }
      }
      methods = List.copyOf(methods);
      ownMethods = new WeakReference<>(methods);
    }
    return methods;
  }

  /** The classes of {@link #ownMethods()}, without what is nested in them. */
  public Set<String> ownClasses() {
    Set<String> classes = ownClasses.get();
    if (classes == null) {
      classes = new LinkedHashSet<>();
      for (String method : ownMethods()) {
        classes.add(Frames.outermostClass(method));
      }
      classes = Collections.unmodifiableSet(classes);
      ownClasses = new WeakReference<>(classes);
    }
    return classes;
  }

  /** The method that waits, where it has been called from within itself, see {@link Reentry}. */
  public String reentered() {
    if (reentered == null) {
      reentered = Reentry.methodEnteredTwice(stack);
    }
    return reentered;
  }

  /** Whether it only waits for work. */
  public boolean isIdle() {
    return isIn(StackTag.IDLE)
        && !isIn(StackTag.AWAITS_RESULT)
        && !isIn(StackTag.CONNECTION_POOL)
        && !isIn(StackTag.CACHE_LOAD);
  }

  /** Whether it waits for an answer from outside this JVM. */
  public boolean isRemoteCall() {
    return isIn(StackTag.DATABASE) || isIn(StackTag.HTTP_CLIENT) || isIn(StackTag.REMOTE);
  }

  /** Whether a worker of a pool runs a task of the user's in it. */
  public boolean runsTask() {
    return has(StackTag.WORKER) && !isIdle();
  }

  /** The same number for stacks at the same lines, whatever numbers hidden classes bear. */
  public long place() {
    if (place == 0) {
      place = FNV_OFFSET;
      for (String frame : stack) {
        place = mix(place, Frames.withoutHiddenNumbers(frame));
      }
    }
    return place;
  }

  /** The same number for stacks in the same methods, whatever the line. */
  public long code() {
    if (code == 0) {
      code = FNV_OFFSET;
      for (String frame : stack) {
        code = mix(code, Frames.method(frame));
      }
    }
    return code;
  }

  private static long mix(long hash, String text) {
    return (hash ^ text.hashCode()) * FNV_PRIME;
  }
}

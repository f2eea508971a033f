package dev.unpark.agent.sample;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks from an object along its fields, nearest first.
 *
 * <p>Other threads, classes and loaders are not entered, for everything could be reached through
 * them; nor what is only weakly held. Fields that a module keeps shut are not seen.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> a walk ends at its bounds, and
 * what lies behind counts as not reached.
 */
final class Reach {
  /** Of one array: a large one that is nearly empty must not be gone through to its end. */
  private static final int MOST_ELEMENTS = 100_000;

  private final Fields fields;

  Reach(Fields fields) {
    this.fields = fields;
  }

  /** Looks at objects on the way. */
  interface Visitor {
    /** What to do after this object; {@code depth} is 0 for the root. */
    Next visit(Object object, int depth);
  }

  /** Whether to go on from an object. */
  enum Next {
    DEEPER,
    NO_DEEPER,
    STOP
  }

  private record Step(Object object, int depth) {}

  /** Walks until the visitor stops it or a bound is met. */
  void walk(Object root, int mostDepth, int mostObjects, Visitor visitor) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Step> steps = new ArrayDeque<>();
    seen.add(root);
    steps.add(new Step(root, 0));
    while (!steps.isEmpty()) {
      Step step = steps.remove();
      Next next = visitor.visit(step.object(), step.depth());
      if (next == Next.STOP) {
        return;
      }
      if (next == Next.DEEPER && step.depth() < mostDepth) {
        enqueueAllOf(step, seen, steps, mostObjects);
      }
    }
  }

  private void enqueueAllOf(Step step, Set<Object> seen, Deque<Step> steps, int mostObjects) {
    if (step.object() instanceof Object[] array) {
      for (int i = 0; i < Math.min(array.length, MOST_ELEMENTS) && seen.size() < mostObjects; i++) {
        enqueue(array[i], step.depth(), seen, steps, mostObjects);
      }
      return;
    }
    for (Field field : fields.of(step.object().getClass())) {
      enqueue(Fields.value(field, step.object()), step.depth(), seen, steps, mostObjects);
    }
  }

  private static void enqueue(
      @Nullable Object object, int depth, Set<Object> seen, Deque<Step> steps, int mostObjects) {
    if (object != null && seen.size() < mostObjects && isEntered(object) && seen.add(object)) {
      steps.add(new Step(object, depth + 1));
    }
  }

  private static boolean isEntered(Object object) {
    return !(object instanceof Thread
        || object instanceof ThreadGroup
        || object instanceof Class<?>
        || object instanceof ClassLoader
        || object instanceof CharSequence
        || object instanceof Number
        || object instanceof Reference<?>
        || object.getClass().isEnum()
        || object.getClass().isArray() && object.getClass().getComponentType().isPrimitive());
  }
}

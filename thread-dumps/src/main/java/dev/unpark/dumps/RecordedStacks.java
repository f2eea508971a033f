package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Frames;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Stacks of a flight recording in the spelling of the model. Events of a chunk share their stacks,
 * so each is spelled once. <b>When full:</b> it starts anew.
 */
final class RecordedStacks {
  private static final int REMEMBERED = 4096;
  private static final int DEPTH = 64;

  /**
   * @param frames innermost first
   * @param site the user's own frame
   */
  record Spelled(List<String> frames, String site) {}

  private static final Spelled NONE = new Spelled(List.of(), "");

  private final Map<RecordedStackTrace, Spelled> known = new IdentityHashMap<>();

  Spelled of(@Nullable RecordedStackTrace trace) {
    if (trace == null) {
      return NONE;
    }
    Spelled spelled = known.get(trace);
    if (spelled == null) {
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      spelled = spell(trace);
      known.put(trace, spelled);
    }
    return spelled;
  }

  private static Spelled spell(RecordedStackTrace trace) {
    List<String> frames = new ArrayList<>();
    for (RecordedFrame frame : trace.getFrames()) {
      if (frames.size() < DEPTH && frame.isJavaFrame() && frame.getMethod() != null) {
        frames.add(spell(frame));
      }
    }
    return new Spelled(List.copyOf(frames), site(frames));
  }

  /** Of threads that run nothing but the JDK: whoever called the machinery that parks. */
  private static String site(List<String> frames) {
    String own = Frames.ownFrame(frames);
    return Frames.isJdk(own)
        ? frames.stream().filter(frame -> !LockClass.isMachinery(frame)).findFirst().orElse(own)
        : own;
  }

  private static String spell(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    String method = PrintedThread.cut(type) + '.' + PrintedThread.cut(frame.getMethod().getName());
    int line = frame.getLineNumber();
    return line < 1
        ? method + "(Unknown Source)"
        : method + '(' + topLevel(type) + ".java:" + line + ')';
  }

  /** Events do not name the file; by Java's convention it is that of the outermost class. */
  private static String topLevel(String className) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    int dollar = simple.indexOf('$');
    return dollar > 0 ? simple.substring(0, dollar) : simple;
  }
}

package dev.unpark.agent.recording;

import dev.unpark.diagnosis.model.Frames;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;

/** Where in the application an event happened. */
final class Sites {
  private static final int DEPTH = 64;

  private Sites() {}

  static String of(RecordedEvent event) {
    RecordedStackTrace trace = event.getStackTrace();
    List<String> frames = new ArrayList<>();
    if (trace != null) {
      for (RecordedFrame frame : trace.getFrames()) {
        if (frames.size() < DEPTH && frame.isJavaFrame()) {
          String type = frame.getMethod().getType().getName();
          frames.add(
              "%s.%s(%s.java:%d)"
                  .formatted(
                      type, frame.getMethod().getName(), topLevel(type), frame.getLineNumber()));
        }
      }
    }
    return Frames.ownFrame(frames);
  }

  /** Events do not name the file; by Java's convention it is that of the outermost class. */
  private static String topLevel(String className) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    int dollar = simple.indexOf('$');
    return dollar > 0 ? simple.substring(0, dollar) : simple;
  }
}

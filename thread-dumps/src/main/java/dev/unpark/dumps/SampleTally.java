package dev.unpark.dumps;

import dev.unpark.dumps.SampledStacks.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;

/**
 * Adds up the samples of one flight recording. Confined to its reader. <b>When full:</b> frames
 * that would need one more node are left out, and their samples counted where they stop.
 */
final class SampleTally implements RecordedEvents {
  private static final Set<String> SAMPLES =
      Set.of("jdk.ExecutionSample", "jdk.NativeMethodSample", "profiler.WallClockSample");

  private static final Pattern LAMBDA = Pattern.compile("(\\$\\$Lambda).*$");

  private static final int MOST_NODES = 50_000;
  private static final int SHOWN_NODES = 4_000;
  private static final int DEPTH = 512;

  private final Branch root = new Branch();
  private int nodes;
  private long leftOut;
  private boolean any;

  private static final class Branch {
    final Map<String, Branch> children = new HashMap<>();
    long samples;
  }

  @Override
  public void add(RecordedEvent event) {
    any = true;
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || !SAMPLES.contains(event.getEventType().getName())) {
      return;
    }
    // One event of async-profiler may stand for many samples that saw the same.
    long samples = event.hasField("samples") ? Math.max(1, event.getLong("samples")) : 1;
    List<RecordedFrame> frames = stack.getFrames();
    Branch at = child(root, runs(event) ? "running" : "waiting");
    root.samples += samples;
    at.samples += samples;
    if (stack.isTruncated()) {
      // Where such a stack begins is chance; beside whole ones it would look like another program.
      Branch cut = child(at, "(outer frames were not recorded)");
      cut.samples += cut == at ? 0 : samples;
      at = cut;
    }
    for (int i = frames.size() - 1; i >= Math.max(0, frames.size() - DEPTH); i--) {
      Branch next = child(at, name(frames.get(i)));
      if (next == at) {
        leftOut += samples;
        return;
      }
      at = next;
      at.samples += samples;
    }
  }

  /** The branch itself when there is no room for another. */
  private Branch child(Branch of, String name) {
    Branch known = of.children.get(name);
    if (known != null) {
      return known;
    }
    if (nodes >= MOST_NODES) {
      return of;
    }
    nodes++;
    Branch made = new Branch();
    of.children.put(name, made);
    return made;
  }

  private static boolean runs(RecordedEvent event) {
    Object state = event.hasField("state") ? event.getValue("state") : null;
    return state == null || !String.valueOf(state).contains("SLEEPING");
  }

  private static String name(RecordedFrame frame) {
    RecordedMethod method = frame.getMethod();
    if (method == null) {
      return "unknown";
    }
    // Each JVM numbers its lambdas anew, and each place in it; they are the same code.
    String type =
        method.getType() == null
            ? ""
            : LAMBDA.matcher(method.getType().getName()).replaceFirst("$1");
    String name = PrintedThread.cut(method.getName());
    return type.isEmpty() ? name : PrintedThread.cut(type) + '.' + name;
  }

  @Override
  public boolean hasEvents() {
    return any;
  }

  SampledStacks samples() {
    return new SampledStacks(node("all", root, leastShown()), leftOut);
  }

  /** So many samples must a frame have that there are not too many of them. */
  private long leastShown() {
    List<Long> samples = new ArrayList<>();
    List<Branch> next = new ArrayList<>(List.of(root));
    while (!next.isEmpty()) {
      Branch branch = next.remove(next.size() - 1);
      samples.add(branch.samples);
      next.addAll(branch.children.values());
    }
    samples.sort(Comparator.reverseOrder());
    return samples.size() <= SHOWN_NODES ? 0 : samples.get(SHOWN_NODES) + 1;
  }

  /** No deeper than a stack is taken. */
  private static Node node(String name, Branch branch, long least) {
    List<Node> children = new ArrayList<>();
    branch.children.forEach(
        (frame, child) -> {
          if (child.samples >= least) {
            children.add(node(frame, child, least));
          }
        });
    children.sort(Comparator.comparingLong(Node::samples).reversed().thenComparing(Node::name));
    return new Node(name, branch.samples, children);
  }
}

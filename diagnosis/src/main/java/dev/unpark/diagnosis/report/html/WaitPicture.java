package dev.unpark.diagnosis.report.html;

import dev.unpark.diagnosis.detect.Words;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The wait-for graph of a finding, or of a whole look, as a picture: threads wait for resources,
 * resources are held by threads or served by pools. Threads that do the same are one box.
 *
 * <p>The picture is markup, a {@code figure} with an SVG, drawn by the rules of {@link
 * HtmlReport#graphStyle()}. Every name in it is escaped.
 */
public final class WaitPicture {
  /** More boxes than this are no picture any more; the rest is counted below it. */
  private static final int MOST_BOXES = 40;

  /** A box of many threads names the ids of the first of them. */
  private static final int THREADS_NAMED = 20;

  private final List<Svg.Node> nodes = new ArrayList<>();
  private final Set<Svg.Arrow> arrows = new LinkedHashSet<>();
  private final Map<Long, Integer> ofThread = new HashMap<>();
  private final Map<String, Integer> ofResource = new HashMap<>();
  private final Map<String, Integer> ofExecutor = new HashMap<>();
  private int leftOut;

  private WaitPicture(
      List<Participant> participants, List<Resource> known, List<ExecutorState> executors) {
    Map<String, Resource> resources = resources(participants, known);
    threads(participants, resources);
    Map<String, String> labels = Words.labels(resources.values());
    for (Resource resource : resources.values()) {
      String label = labels.getOrDefault(resource.id(), resource.id());
      String title = resource.className() + " " + resource.id() + " " + resource.site();
      put(ofResource, resource.id(), new Svg.Node("resource", label, title, ""));
    }
    for (ExecutorState pool : executors) {
      String name = pool.name().isEmpty() ? "a pool" : "pool " + pool.name();
      String label = name + ", " + pool.queued() + " queued";
      String title = pool.type() + " " + pool.site();
      put(ofExecutor, pool.id(), new Svg.Node("executor", label, title, ""));
    }
    participants.forEach(this::waits);
    resources.values().forEach(this::held);
    executors.forEach(this::served);
  }

  /** The waits that a finding is about; empty when there is nothing to be drawn. */
  public static String of(Finding finding) {
    Html page = new Html();
    append(page, finding, "picture");
    return page.toString();
  }

  /**
   * The waits of a look that some thread or pool can end; empty when there are none. Threads that
   * merely wait for work are not drawn.
   */
  public static String of(Observation look) {
    Entangled entangled = new Entangled(look);
    Html page = new Html();
    new WaitPicture(entangled.participants(), List.of(), entangled.executors())
        .append(page, "wait-for graph of all threads that wait for another", "picture");
    return page.toString();
  }

  /**
   * Appends the picture; nothing when there is no wait to be drawn.
   *
   * @param id what ids of its parts begin with
   */
  static void append(Html page, Finding finding, String id) {
    String words = "wait-for graph: " + String.join("; ", finding.explanation());
    new WaitPicture(finding.participants(), finding.resources(), finding.executors())
        .append(page, words, id);
  }

  private void append(Html page, String words, String id) {
    if (arrows.isEmpty()) {
      return;
    }
    page.open("figure");
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "graph");
    new Svg(nodes, List.copyOf(arrows)).append(page, words, id);
    page.close("div").open("figcaption");
    page.ours("<span class=\"key waits\">waits for</span> ");
    page.ours("<span class=\"key held\">held by, or served by</span>");
    if (leftOut > 0) {
      page.text(" " + leftOut + " more are not drawn");
    }
    page.close("figcaption").close("figure");
  }

  private static Map<String, Resource> resources(
      List<Participant> participants, List<Resource> known) {
    Map<String, Resource> resources = new LinkedHashMap<>();
    known.forEach(r -> resources.putIfAbsent(r.id(), r));
    for (Participant participant : participants) {
      Resource wanted = participant.waitsFor();
      if (wanted != null) {
        resources.putIfAbsent(wanted.id(), wanted);
      }
      participant.holds().forEach(r -> resources.putIfAbsent(r.id(), r));
    }
    return resources;
  }

  /** Members stand for themselves; those who merely wait for the same are drawn as one. */
  private void threads(List<Participant> participants, Map<String, Resource> resources) {
    Set<Long> holders = new LinkedHashSet<>();
    resources.values().forEach(r -> holders.addAll(ObservationIndex.holders(r.release())));
    Map<List<String>, List<Participant>> groups = new LinkedHashMap<>();
    for (Participant participant : participants) {
      Resource wanted = participant.waitsFor();
      boolean alone = holders.contains(participant.thread().id());
      groups
          .computeIfAbsent(
              List.of(
                  participant.role().label(),
                  alone ? "#" + participant.thread().id() : "",
                  alone ? "" : Frames.namePattern(participant.thread().name()),
                  wanted == null ? "" : wanted.id()),
              key -> new ArrayList<>())
          .add(participant);
    }
    for (List<Participant> group : groups.values()) {
      Participant first = group.get(0);
      String name = Words.name(first.thread());
      String label = group.size() == 1 ? name : group.size() + " x " + Frames.namePattern(name);
      String title = label + " at " + Words.place(first.thread());
      if (nodes.size() < MOST_BOXES) {
        group.forEach(member -> ofThread.put(member.thread().id(), nodes.size()));
        nodes.add(new Svg.Node("thread " + first.role().label(), label, title, ids(group)));
      } else {
        leftOut += group.size();
      }
    }
  }

  private static String ids(List<Participant> group) {
    return group.stream()
        .limit(THREADS_NAMED)
        .map(member -> Long.toString(member.thread().id()))
        .collect(Collectors.joining(" "));
  }

  private void put(Map<String, Integer> index, String id, Svg.Node node) {
    if (nodes.size() < 2 * MOST_BOXES) {
      index.put(id, nodes.size());
      nodes.add(node);
    } else {
      leftOut++;
    }
  }

  private void waits(Participant participant) {
    Resource wanted = participant.waitsFor();
    if (wanted != null) {
      arrow(ofThread.get(participant.thread().id()), ofResource.get(wanted.id()), "waits");
    }
    for (Resource held : participant.holds()) {
      arrow(ofResource.get(held.id()), ofThread.get(participant.thread().id()), "held");
    }
  }

  private void held(Resource resource) {
    Integer from = ofResource.get(resource.id());
    for (long holder : ObservationIndex.holders(resource.release())) {
      arrow(from, ofThread.get(holder), "held");
    }
    if (resource.release() instanceof Release.ServedBy served) {
      arrow(from, ofExecutor.get(served.executor()), "held");
    }
  }

  private void served(ExecutorState pool) {
    for (long worker : pool.workers()) {
      arrow(ofExecutor.get(pool.id()), ofThread.get(worker), "held");
    }
  }

  private void arrow(@Nullable Integer from, @Nullable Integer to, String style) {
    if (from != null && to != null) {
      arrows.add(new Svg.Arrow(from, to, style));
    }
  }
}

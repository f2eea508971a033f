package dev.unpark.diagnosis.report.html;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All threads of a look: by stack, by kind of name, and one by one. */
final class ThreadSections {
  private static final int GROUPS_SHOWN = 2_000;
  private static final int POOLS_SHOWN = 200;
  private static final int THREADS_SHOWN = 50_000;

  private final List<ObservedThread> threads;
  private final String id;

  /** Threads with one and the same stack, the largest group first. */
  private final List<List<ObservedThread>> groups = new ArrayList<>();

  private final Map<List<String>, Integer> groupOf = new HashMap<>();

  /**
   * @param id what ids of elements begin with
   */
  ThreadSections(Observation look, String id) {
    this.threads = look.threads();
    this.id = id;
    Map<List<String>, List<ObservedThread>> byStack = new LinkedHashMap<>();
    threads.forEach(t -> byStack.computeIfAbsent(t.stack(), s -> new ArrayList<>()).add(t));
    groups.addAll(byStack.values());
    groups.sort((a, b) -> Integer.compare(b.size(), a.size()));
    for (int i = 0; i < groups.size(); i++) {
      groupOf.put(groups.get(i).get(0).stack(), i + 1);
    }
  }

  void append(Html page) {
    if (threads.isEmpty()) {
      return;
    }
    pools(page);
    stacks(page);
    list(page);
  }

  private void pools(Html page) {
    Map<String, List<ObservedThread>> byName = new LinkedHashMap<>();
    threads.forEach(
        t -> byName.computeIfAbsent(Frames.namePattern(t.name()), n -> new ArrayList<>()).add(t));
    List<Map.Entry<String, List<ObservedThread>>> pools = new ArrayList<>(byName.entrySet());
    pools.sort((a, b) -> Integer.compare(b.getValue().size(), a.getValue().size()));
    page.open("section", "class", "pools").element("h3", "Threads by name");
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "pools");
    page.open("table").open("thead").open("tr");
    for (String head : List.of("name", "threads", "states", "", "most stand at")) {
      page.element("th", head, "scope", "col");
    }
    page.close("tr").close("thead").open("tbody");
    for (var pool : pools.subList(0, Math.min(POOLS_SHOWN, pools.size()))) {
      List<ObservedThread> members = pool.getValue();
      page.open("tr").element("th", shown(pool.getKey()), "scope", "row");
      page.element("td", Integer.toString(members.size()), "class", "number");
      page.element("td", states(members)).open("td");
      bar(page, members);
      page.close("td").element("td", commonPlace(members), "class", "code").close("tr");
    }
    page.close("tbody").close("table").close("div");
    leftOut(page, pools.size() - POOLS_SHOWN, "kinds of names");
    page.close("section");
  }

  private void stacks(Html page) {
    page.open("section", "class", "groups").element("h3", "Threads by stack");
    int shown = Math.min(GROUPS_SHOWN, groups.size());
    for (int i = 0; i < shown; i++) {
      List<ObservedThread> group = groups.get(i);
      List<String> stack = group.get(0).stack();
      page.open("details", "id", groupId(i + 1)).open("summary");
      page.element("b", group.size() == 1 ? "1 thread" : group.size() + " threads");
      page.text(" " + kinds(group) + ", " + states(group) + " ");
      page.element("code", Frames.brief(Frames.ownFrame(stack))).close("summary");
      Stacks.frames(page, stack);
      page.close("details");
    }
    leftOut(page, groups.size() - shown, "stacks");
    page.close("section");
  }

  private void list(Html page) {
    String field = id + "-q";
    String hits = id + "-hits";
    page.open("section", "class", "threads").element("h3", "Every thread");
    page.open("p", "class", "search");
    page.element("label", "Name, state or frame ", "for", field);
    page.open("input", "id", field, "type", "search", "autocomplete", "off", "aria-controls", hits);
    page.ours(" ").element("output", threads.size() + " threads", "id", hits, "for", field);
    page.close("p");
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "threads");
    page.open("table").open("thead").open("tr");
    for (String head : List.of("thread", "state", "stands at", "stack", "lines")) {
      page.element("th", head, "scope", "col");
    }
    page.close("tr").close("thead").open("tbody");
    int shown = Math.min(THREADS_SHOWN, threads.size());
    threads.subList(0, shown).forEach(thread -> row(page, thread));
    page.close("tbody").close("table").close("div");
    leftOut(page, threads.size() - shown, "threads");
    page.close("section");
  }

  private void row(Html page, ObservedThread thread) {
    int group = groupOf.getOrDefault(thread.stack(), 0);
    page.open("tr");
    page.element("td", shown(thread.name()) + " #" + thread.id() + (thread.virtual() ? " v" : ""));
    page.element("td", label(thread.state()));
    page.element("td", Frames.brief(Frames.ownFrame(thread.stack())), "class", "code");
    page.open("td");
    if (group <= GROUPS_SHOWN) {
      page.element("a", "stack " + group, "href", "#" + groupId(group));
    }
    Evidence evidence = thread.evidence();
    page.close("td").element("td", evidence == null ? "" : evidence.from() + "-" + evidence.to());
    page.close("tr");
  }

  private String groupId(int group) {
    return id + "-s" + group;
  }

  private static void leftOut(Html page, int count, String what) {
    if (count > 0) {
      page.element("p", count + " more " + what + " are left out of this page", "class", "faint");
    }
  }

  private static String shown(String name) {
    return name.isBlank() ? "(no name)" : name;
  }

  private static String label(ThreadState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Map<ThreadState, Integer> count(List<ObservedThread> threads) {
    Map<ThreadState, Integer> count = new EnumMap<>(ThreadState.class);
    threads.forEach(thread -> count.merge(thread.state(), 1, Integer::sum));
    return count;
  }

  private static String states(List<ObservedThread> threads) {
    List<String> states = new ArrayList<>();
    count(threads).forEach((state, n) -> states.add(n + " " + label(state)));
    return String.join(", ", states);
  }

  private static void bar(Html page, List<ObservedThread> threads) {
    page.open("svg", "class", "bar", "viewBox", "0 0 100 8", "aria-hidden", "true");
    double x = 0;
    for (Map.Entry<ThreadState, Integer> part : count(threads).entrySet()) {
      double width = 100.0 * part.getValue() / threads.size();
      page.open(
          "rect",
          "class",
          part.getKey().name().toLowerCase(Locale.ROOT),
          "x",
          Svg.number(x),
          "width",
          Svg.number(width),
          "height",
          "8");
      page.close("rect");
      x += width;
    }
    page.close("svg");
  }

  private static String kinds(List<ObservedThread> threads) {
    List<String> kinds =
        threads.stream().map(t -> shown(Frames.namePattern(t.name()))).distinct().toList();
    return kinds.size() <= 3
        ? String.join(", ", kinds)
        : String.join(", ", kinds.subList(0, 3)) + " and " + (kinds.size() - 3) + " more kinds";
  }

  private static String commonPlace(List<ObservedThread> threads) {
    Map<String, Integer> count = new LinkedHashMap<>();
    threads.forEach(t -> count.merge(Frames.brief(Frames.ownFrame(t.stack())), 1, Integer::sum));
    return count.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }
}

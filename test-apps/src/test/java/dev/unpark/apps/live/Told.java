package dev.unpark.apps.live;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A finding as the collector tells it, with the questions that tests ask of it. */
record Told(JsonNode json) {
  String type() {
    return json.path("type").asText();
  }

  boolean isProven() {
    return json.path("certainty").asText().equals("proven");
  }

  boolean isOf(String service, String instance) {
    return json.path("jvm").path("service").asText().equals(service)
        && json.path("jvm").path("instance").asText().equals(instance);
  }

  String headline() {
    return json.path("headline").asText();
  }

  /** Names of all threads that take part. */
  Set<String> threads() {
    Set<String> names = new TreeSet<>();
    each("participants").forEach(participant -> names.add(name(participant)));
    return names;
  }

  /** Those of them that are caught in a knot. */
  List<JsonNode> members() {
    return each("participants")
        .filter(participant -> participant.path("role").asText().equals("member"))
        .toList();
  }

  JsonNode executor() {
    return json.path("executors").path(0);
  }

  JsonNode resource() {
    return json.path("resources").path(0);
  }

  /** Class of the lock that each member waits for. */
  Map<String, String> lockClasses() {
    Map<String, String> classes = new TreeMap<>();
    for (JsonNode member : members()) {
      classes.put(name(member), member.path("waitsFor").path("class").asText());
    }
    return classes;
  }

  /** Who holds the lock that each member waits for. */
  Map<String, String> owners() {
    Map<Long, String> names = new TreeMap<>();
    for (JsonNode member : members()) {
      names.put(member.path("thread").path("id").asLong(), name(member));
    }
    Map<String, String> owners = new TreeMap<>();
    for (JsonNode member : members()) {
      long owner = member.path("waitsFor").path("heldBy").asLong();
      owners.put(name(member), names.getOrDefault(owner, "nobody of them"));
    }
    return owners;
  }

  /** The stack of that member. */
  List<String> stackOf(String thread) {
    return members().stream()
        .filter(member -> name(member).equals(thread))
        .flatMap(member -> StreamSupport.stream(member.path("stack").spliterator(), false))
        .map(JsonNode::asText)
        .toList();
  }

  private Stream<JsonNode> each(String field) {
    return StreamSupport.stream(json.path(field).spliterator(), false);
  }

  private static String name(JsonNode participant) {
    return participant.path("thread").path("name").asText();
  }
}

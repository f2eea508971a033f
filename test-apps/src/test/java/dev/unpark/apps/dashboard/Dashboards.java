package dev.unpark.apps.dashboard;

import java.util.LinkedHashMap;
import java.util.Map;

/** All dashboards, by the name of their file. */
public final class Dashboards {
  private Dashboards() {}

  /** File name to contents. */
  public static Map<String, String> all() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("unpark-executive.json", Executive.dashboard().json());
    files.put("unpark-on-call.json", OnCall.dashboard().json());
    files.put("unpark-debug.json", Debug.dashboard().json());
    return files;
  }
}

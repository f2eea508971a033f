package dev.unpark.apps.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where a dashboard, a panel or a value leads, in a new tab. */
record Link(String title, String url) {
  /** The long form, of dashboards and panels. */
  ObjectNode ofPanel() {
    ObjectNode link = JsonNodeFactory.instance.objectNode();
    link.put("title", title).put("type", "link").put("url", url);
    link.put("icon", "external link").put("tooltip", "").put("targetBlank", true);
    link.put("asDropdown", false).put("keepTime", false).put("includeVars", false);
    link.putArray("tags");
    return link;
  }

  /** The short form, of the values in a panel. */
  ObjectNode ofValue() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("title", title)
        .put("url", url)
        .put("targetBlank", true);
  }
}

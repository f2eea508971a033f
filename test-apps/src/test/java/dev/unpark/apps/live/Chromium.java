package dev.unpark.apps.live;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Debian's Chromium without a window, driven by its DevTools protocol over the JDK's WebSocket.
 *
 * <p><b>Threading:</b> confined to the test; what the browser says arrives on threads of the
 * client.
 */
final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session = "";

  /** With a profile of its own in that folder. */
  Chromium(Path folder) throws Exception {
    Path port = folder.resolve("profile/DevToolsActivePort");
    process =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("chromium.log").toFile())
            .start();
    await()
        .atMost(PATIENCE)
        .until(() -> Files.exists(port) && Files.readString(port).lines().count() >= 2);
    List<String> where = Files.readAllLines(port);
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + where.get(0) + where.get(1)), new Listener())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String target =
        send("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    session =
        send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      send(domain + ".enable", Map.of());
    }
  }

  /** Whether there is one on the path. */
  static boolean isHere() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromium")));
  }

  /** How wide the window is, and whether the system is dark. */
  void look(int width, int height, boolean dark) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  void open(URI page) throws Exception {
    send("Page.navigate", Map.of("url", page.toString()));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> eval("location.href").asText().equals(page.toString()));
  }

  /** Runs a script on every page that is opened from now on, before the page's own. */
  void beforeEachPage(String script) throws Exception {
    send("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Waits until an expression is true on the page. */
  void until(String expression) throws Exception {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .ignoreExceptions()
          .until(() -> eval("!!(" + expression + ")").asBoolean());
    } catch (ConditionTimeoutException never) {
      throw new AssertionError(
          "never true: %s%n at %s, focus on %s, with%n%s%n%s"
              .formatted(
                  expression,
                  eval("location.href"),
                  eval("document.activeElement.outerHTML.slice(0, 200)"),
                  eval("document.querySelector('main').innerText.slice(0, 1000)"),
                  complaints));
    }
  }

  /** The value of an expression, a promise's when it is one. */
  JsonNode eval(String expression) throws Exception {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of(
                "expression",
                expression,
                "returnByValue",
                true,
                "awaitPromise",
                true,
                "userGesture",
                true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Presses a key, as the keyboard names it. */
  void press(String key) throws Exception {
    String text = key.length() == 1 ? key : key.equals("Enter") ? "\r" : "";
    int code = key.equals("Enter") ? 13 : key.equals("Tab") ? 9 : 0;
    ObjectNode down =
        JSON.createObjectNode()
            .put("type", "keyDown")
            .put("key", key)
            .put("windowsVirtualKeyCode", code);
    if (!text.isEmpty()) {
      down.put("text", text);
    }
    send("Input.dispatchKeyEvent", down);
    send(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
  }

  /** Puts a finger on a place, moves it so far down, and lets go. */
  void drag(int x, int y, int down) throws Exception {
    send("Emulation.setTouchEmulationEnabled", Map.of("enabled", true));
    touch("touchStart", List.of(Map.of("x", x, "y", y)));
    for (int step = 1; step <= 10; step++) {
      touch("touchMove", List.of(Map.of("x", x, "y", y + down * step / 10)));
    }
    touch("touchEnd", List.of());
    send("Emulation.setTouchEmulationEnabled", Map.of("enabled", false));
  }

  private void touch(String type, List<Map<String, Integer>> points) throws Exception {
    send("Input.dispatchTouchEvent", Map.of("type", type, "touchPoints", points));
  }

  /** Forgets what pages of that origin have stored. */
  void forget(URI origin) throws Exception {
    send("Storage.clearDataForOrigin", Map.of("origin", origin.toString(), "storageTypes", "all"));
  }

  /** Lets pages read and write the clipboard without asking. */
  void allowClipboard() throws Exception {
    send(
        "Browser.grantPermissions",
        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
  }

  /** Saves the whole page, also what one would have to scroll to. */
  void screenshot(Path file) throws Exception {
    JsonNode size = send("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
    Map<String, Integer> clip =
        Map.of(
            "x",
            0,
            "y",
            0,
            "width",
            size.get("width").asInt(),
            "height",
            Math.min(6_000, size.get("height").asInt()),
            "scale",
            1);
    JsonNode shot =
        send(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
    Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
  }

  /** Errors on the console and scripts that failed, since the last time. */
  List<String> complaints() {
    List<String> all = List.copyOf(complaints);
    complaints.removeAll(all);
    return all;
  }

  private JsonNode send(String method, Object parameters) throws Exception {
    int id = number.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    socket
        .sendText(JSON.writeValueAsString(message), true)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    JsonNode result = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new IOException(method + ": " + result.get("error"));
    }
    return result.get("result");
  }

  private void received(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> waiting = answers.remove(message.get("id").asInt());
      if (waiting != null) {
        waiting.complete(message);
      }
      return;
    }
    JsonNode said = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" -> complaints.add(said.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (said.path("type").asText().equals("error")) {
          complaints.add(said.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (said.path("entry").path("level").asText().equals("error")) {
          complaints.add(
              said.path("entry").path("text").asText()
                  + " "
                  + said.path("entry").path("url").asText());
        }
      }
      default -> {
        // Of no interest here.
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          received(JSON.readTree(text.toString()));
        } catch (IOException notJson) {
          complaints.add("the browser said " + text);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}

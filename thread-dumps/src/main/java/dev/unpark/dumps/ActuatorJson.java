package dev.unpark.dumps;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of Spring Boot's {@code /actuator/threaddump}, and of {@code /dump} of Boot 1: a bare
 * array.
 *
 * <pre>
 *   { "threads": [ {
 *       "threadName": "a", "threadId": 31, "threadState": "BLOCKED",
 *       "blockedCount": 1, "waitedCount": 0,
 *       "lockName": "java.lang.Object@5b7e9c8d", "lockOwnerId": 32, "lockOwnerName": "b",
 *       "stackTrace": [ { "className": "shop.Till", "methodName": "pay", "fileName": "Till.java",
 *                         "lineNumber": 12, "nativeMethod": false } ],
 *       "lockedMonitors": [ { "className": "java.lang.Object", "identityHashCode": 59043 } ],
 *       "lockedSynchronizers": [ { "className": "...NonfairSync", "identityHashCode": 1534 } ] } ] }
 * </pre>
 *
 * <p>Spark's {@code /executors/ID/threads} is read as well: it has the same names for a thread, and
 * others for what it waits for and holds.
 *
 * <p>Read as a stream; keys that are not known are skipped. How often a thread was blocked and has
 * waited is the best evidence of its progress that any dump has.
 */
final class ActuatorJson {
  private final String source;
  private final int linesBefore;
  private final FrameText frames = new FrameText();
  private final OwnedLocks locks = new OwnedLocks();

  ActuatorJson(String source) {
    this(source, 0);
  }

  /**
   * @param linesBefore how many lines of the file stand before the JSON
   */
  ActuatorJson(String source, int linesBefore) {
    this.source = source;
    this.linesBefore = linesBefore;
  }

  /** Reads one dump; returns how many lines it has. */
  int read(InputStream in, Consumer<PrintedDump> sink) throws IOException {
    PrintedDump dump = new PrintedDump(source, linesBefore + 1);
    readInto(dump, in);
    sink.accept(dump);
    return dump.lastLine;
  }

  /** Reads one dump, and gives what was taken behind it; null when it is cut or no JSON. */
  @Nullable String readOne(InputStream in, Consumer<PrintedDump> sink) throws IOException {
    PrintedDump dump = new PrintedDump(source, linesBefore + 1);
    String behind = readInto(dump, in);
    if (dump.threadCount > 0) {
      sink.accept(dump);
    }
    return dump.truncated ? null : behind;
  }

  private String readInto(PrintedDump dump, InputStream in) throws IOException {
    dump.form = DumpForm.ACTUATOR_JSON;
    dump.listsSynchronizers = true;
    try (JsonParser json = DumpJson.open(in)) {
      try {
        root(json, dump);
      } catch (JsonEOFException cut) {
        dump.truncated = true;
      } catch (JsonProcessingException broken) {
        dump.truncated = true;
        dump.unread(line(json), broken.getOriginalMessage(), "JSON of Spring Boot's actuator");
      }
      dump.lastLine = Math.max(dump.firstLine, line(json));
      locks.conclude(dump);
      return DumpJson.behind(json);
    }
  }

  private void root(JsonParser json, PrintedDump dump) throws IOException {
    JsonToken first = json.nextToken();
    if (first == JsonToken.START_ARRAY) {
      threads(json, dump);
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      if (key.equals("threads") && json.hasToken(JsonToken.START_ARRAY)) {
        threads(json, dump);
      } else {
        json.skipChildren();
      }
    }
    dump.truncated |= !json.hasToken(JsonToken.END_OBJECT);
  }

  private void threads(JsonParser json, PrintedDump dump) throws IOException {
    while (json.nextToken() != null && !json.hasToken(JsonToken.END_ARRAY)) {
      if (json.hasToken(JsonToken.START_OBJECT)) {
        thread(json, dump);
      } else {
        json.skipChildren();
      }
    }
    dump.truncated |= !json.hasToken(JsonToken.END_ARRAY);
  }

  private void thread(JsonParser json, PrintedDump dump) throws IOException {
    PrintedThread thread = new PrintedThread("", line(json));
    thread.runsJava = true;
    Fields fields = new Fields(thread);
    try {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        fields.read(key, json);
        // Where a single value was expected there may stand an object.
        json.skipChildren();
      }
    } finally {
      // Also what stands before a cut is kept.
      thread.lastLine = line(json);
      if (thread.javaId < 0) {
        dump.unread(thread.firstLine, thread.name, "a thread with a \"threadId\"");
      } else {
        fields.conclude();
        dump.threads.add(thread);
        dump.threadCount++;
      }
    }
  }

  /** What one thread's object says, in whatever order its keys come. */
  private final class Fields {
    private final PrintedThread thread;
    private String lock = "";
    private long owner = -1;
    private long blocked = -1;
    private long waited = -1;

    Fields(PrintedThread thread) {
      this.thread = thread;
    }

    void read(String key, JsonParser json) throws IOException {
      switch (key) {
        case "threadName" -> thread.name = PrintedThread.cut(json.getValueAsString(""));
        case "threadId" -> thread.javaId = DumpJson.number(json, -1);
        case "daemon" -> thread.daemon = json.getValueAsBoolean(false);
        case "priority" -> thread.priority = priority(DumpJson.number(json, 0));
        case "threadState" -> thread.state = ThreadState.of(json.getValueAsString(""));
        case "blockedCount" -> blocked = DumpJson.number(json, -1);
        case "waitedCount" -> waited = DumpJson.number(json, -1);
        case "lockName" -> lock = json.getValueAsString("");
        case "lockOwnerId" -> owner = DumpJson.number(json, -1);
        case "stackTrace" -> stack(json);
        case "blockedByLock" -> lock = bare(json.getValueAsString(""));
        case "blockedByThreadId" -> owner = DumpJson.number(json, -1);
        case "holdingLocks" -> DumpJson.eachString(json, this::held);
        case "lockedMonitors" -> DumpJson.eachObject(json, () -> locked(json, true));
        case "lockedSynchronizers" -> DumpJson.eachObject(json, () -> locked(json, false));
        default -> json.skipChildren();
      }
    }

    private static int priority(long printed) {
      return (int) Math.min(10, Math.max(0, printed));
    }

    /** Spark has a string for each frame, or one for all. */
    private void stack(JsonParser json) throws IOException {
      if (json.hasToken(JsonToken.VALUE_STRING)) {
        json.getText().lines().forEach(this::frame);
      } else if (json.hasToken(JsonToken.START_OBJECT)) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          json.nextToken();
          DumpJson.eachString(json, this::frame);
        }
      } else {
        DumpJson.eachObject(json, () -> frame(json));
      }
    }

    private void frame(String printed) {
      String line = printed.strip();
      thread.frame(frames.of(line.startsWith("at ") ? line.substring(3) : line));
    }

    /** {@code Monitor(java.lang.Object@12})}: the brace is Spark's. */
    private static String bare(String printed) {
      int from = printed.indexOf('(') + 1;
      int to = printed.endsWith(")") ? printed.length() - 1 : printed.length();
      return printed.substring(Math.min(from, to), to).replace("}", "");
    }

    private void held(String printed) {
      String id = bare(printed);
      int at = id.lastIndexOf('@');
      if (at > 0 && printed.startsWith("Monitor(")) {
        thread.mention(Verb.LOCKED, id, id.substring(0, at));
      } else if (at > 0) {
        thread.synchronizer(id, id.substring(0, at));
      }
    }

    private void frame(JsonParser json) throws IOException {
      String className = "";
      String method = "";
      String file = "";
      long number = -1;
      boolean isNative = false;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "className" -> className = json.getValueAsString("");
          case "methodName" -> method = json.getValueAsString("");
          case "fileName" -> file = json.getValueAsString("");
          case "lineNumber" -> number = DumpJson.number(json, -1);
          case "nativeMethod" -> isNative = json.getValueAsBoolean(false);
          default -> json.skipChildren();
        }
        json.skipChildren();
      }
      String place =
          isNative
              ? "Native Method"
              : file.isEmpty() ? "Unknown Source" : number < 0 ? file : file + ':' + number;
      thread.frame(frames.of(className + '.' + method + '(' + place + ')'));
    }

    private void locked(JsonParser json, boolean monitor) throws IOException {
      String className = "";
      long hash = -1;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "className" -> className = json.getValueAsString("");
          case "identityHashCode" -> hash = DumpJson.number(json, -1);
          default -> json.skipChildren();
        }
        json.skipChildren();
      }
      String id = className + '@' + Long.toHexString(hash);
      if (className.isEmpty() || hash < 0) {
        return;
      }
      if (monitor) {
        thread.mention(Verb.LOCKED, id, className);
      } else {
        thread.synchronizer(id, className);
      }
    }

    void conclude() {
      int at = lock.lastIndexOf('@');
      if (at > 0) {
        locks.waits(thread, lock, lock.substring(0, at), owner);
      }
      if (blocked >= 0 && waited >= 0) {
        thread.counts = blocked + ":" + waited;
      }
    }
  }

  private int line(JsonParser json) {
    return linesBefore + Math.max(1, json.currentTokenLocation().getLineNr());
  }
}

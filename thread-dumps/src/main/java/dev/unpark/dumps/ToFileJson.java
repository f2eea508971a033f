package dev.unpark.dumps;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code jcmd PID Thread.dump_to_file -format=json FILE}.
 *
 * <pre>
 *   { "threadDump": {
 *       "processId": "3844", "time": "2026-...Z", "runtimeVersion": "25.0.3+9-LTS",
 *       "threadContainers": [ { "container": "&lt;root&gt;", "threads": [
 *         { "tid": "21", "name": "rl-1", "virtual": true, "stack": [ "java.base\/..." ],
 *           "state": "WAITING",                                         from JDK 24, as all below
 *           "parkBlocker": { "object": "...FairSync@72125318",
 *                            "owner": "22" },                           from JDK 26
 *           "blockedOn": "java.lang.Object@60065428",
 *           "waitingOn": "...",
 *           "monitorsOwned": [ { "depth": 4, "locks": [ "...", null ] } ] } ] } ] } }
 * </pre>
 *
 * <p>Numbers are strings up to JDK 25 and numbers from 26 on. Without a file, jcmd cuts the text
 * after 16,000 bytes: what stands before the cut is read. Keys that are not known are skipped.
 */
final class ToFileJson {
  private static final int FIRST_WITH_OWNERS = 26;

  private final String source;
  private final int linesBefore;
  private final FrameText frames = new FrameText();
  private boolean sawState;

  ToFileJson(String source) {
    this(source, 0);
  }

  /**
   * @param linesBefore how many lines of the file stand before the JSON
   */
  ToFileJson(String source, int linesBefore) {
    this.source = source;
    this.linesBefore = linesBefore;
  }

  /** Reads every dump, one behind the other; returns how many lines they have. */
  int read(InputStream in, Consumer<PrintedDump> sink) throws IOException {
    try (JsonParser json = DumpJson.open(in)) {
      boolean more = value(json, sink);
      while (more) {
        more = value(json, sink);
      }
      return line(json);
    }
  }

  /** Reads one dump, and gives what was taken behind it; null when it is cut or no JSON. */
  @Nullable String readOne(InputStream in, Consumer<PrintedDump> sink) throws IOException {
    try (JsonParser json = DumpJson.open(in)) {
      return value(json, sink) ? DumpJson.behind(json) : null;
    }
  }

  /** Reads one value and hands it on if it is a dump; false when there is no more behind it. */
  private boolean value(JsonParser json, Consumer<PrintedDump> sink) throws IOException {
    PrintedDump dump = null;
    boolean more = false;
    try {
      more = json.nextToken() != null;
      // The brackets of a list of dumps, and what else stands between them, are passed over.
      if (json.hasToken(JsonToken.START_OBJECT)) {
        dump = begin(line(json));
        root(json, dump);
      }
    } catch (JsonEOFException cut) {
      more = false;
      dump = dump == null ? begin(line(json)) : dump;
      dump.truncated = true;
    } catch (JsonProcessingException broken) {
      more = false;
      dump = dump == null ? begin(line(json)) : dump;
      dump.truncated = true;
      dump.unread(line(json), broken.getOriginalMessage(), "JSON of Thread.dump_to_file");
    }
    if (dump != null) {
      dump.lastLine = Math.max(dump.firstLine, line(json));
      end(dump, sink);
    }
    return more;
  }

  private PrintedDump begin(int line) {
    PrintedDump dump = new PrintedDump(source, line);
    dump.form = DumpForm.TO_FILE_JSON;
    dump.listsVirtualThreads = true;
    dump.atOneMoment = false;
    sawState = false;
    return dump;
  }

  private void end(PrintedDump dump, Consumer<PrintedDump> sink) {
    dump.tellsLocks = sawState;
    dump.listsSynchronizers =
        !dump.owners.isEmpty() || JdkVersion.feature(dump.jdk) >= FIRST_WITH_OWNERS;
    sink.accept(dump);
  }

  private void root(JsonParser json, PrintedDump dump) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (json.nextToken() == JsonToken.START_OBJECT && key.equals("threadDump")) {
        threadDump(json, dump);
      } else {
        json.skipChildren();
      }
    }
    if (!json.hasToken(JsonToken.END_OBJECT)) {
      dump.truncated = true;
    }
  }

  private void threadDump(JsonParser json, PrintedDump dump) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "processId" -> dump.pid = DumpJson.number(json, -1);
        case "time" -> dump.time = DumpTime.ofInstant(json.getValueAsString(""));
        case "runtimeVersion" -> dump.jdk = JdkVersion.ofRuntime(json.getValueAsString(""));
        case "threadContainers" -> DumpJson.eachObject(json, () -> container(json, dump));
        default -> json.skipChildren();
      }
      json.skipChildren();
    }
  }

  private void container(JsonParser json, PrintedDump dump) throws IOException {
    String name = "";
    String parent = "";
    long owner = -1;
    long announced = -1;
    int before = dump.threads.size();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "container" -> name = PrintedThread.cut(json.getValueAsString(""));
        case "parent" -> parent = PrintedThread.cut(json.getValueAsString(""));
        case "owner" -> owner = DumpJson.number(json, -1);
        case "threadCount" -> announced = DumpJson.number(json, -1);
        case "threads" -> DumpJson.eachObject(json, () -> thread(json, dump));
        default -> json.skipChildren();
      }
      json.skipChildren();
    }
    if (owner >= 0) {
      Set<Long> threads = new HashSet<>();
      dump.threads
          .subList(before, dump.threads.size())
          .forEach(thread -> threads.add(thread.javaId));
      dump.scope(new PrintedScope(name, parent, owner, threads, threads.size() >= announced));
    }
  }

  private void thread(JsonParser json, PrintedDump dump) throws IOException {
    Fields fields = new Fields(line(json));
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
      PrintedThread thread = fields.thread(line(json), dump);
      if (thread != null) {
        dump.threads.add(thread);
        dump.threadCount++;
      }
    }
  }

  /** What one thread's object says, in whatever order its keys come. */
  private final class Fields {
    private final PrintedThread gathered;
    private long owner = -1;

    Fields(int line) {
      gathered = new PrintedThread("", line);
      gathered.runsJava = true;
    }

    void read(String key, JsonParser json) throws IOException {
      switch (key) {
        case "tid" -> gathered.javaId = DumpJson.number(json, -1);
        case "carrier" -> gathered.carrier = DumpJson.number(json, -1);
        case "name" -> gathered.name = PrintedThread.cut(json.getValueAsString(""));
        case "virtual" -> gathered.virtual = json.getValueAsBoolean(false);
        case "state" -> {
          gathered.state = ThreadState.of(json.getValueAsString(""));
          sawState = true;
        }
        case "stack" -> stack(json);
        case "blockedOn" -> mention(Verb.WAITING_TO_LOCK, json.getValueAsString(""));
        case "waitingOn" -> mention(Verb.WAITING_ON, json.getValueAsString(""));
        case "parkBlocker" -> parkBlocker(json);
        case "monitorsOwned" -> DumpJson.eachObject(json, () -> monitors(json));
        default -> json.skipChildren();
      }
    }

    private void stack(JsonParser json) throws IOException {
      if (!json.hasToken(JsonToken.START_ARRAY)) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != null && !json.hasToken(JsonToken.END_ARRAY)) {
        if (json.hasToken(JsonToken.VALUE_STRING)) {
          gathered.frame(frames.of(json.getText()));
        }
        json.skipChildren();
      }
    }

    private void parkBlocker(JsonParser json) throws IOException {
      if (!json.hasToken(JsonToken.START_OBJECT)) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "object" -> mention(Verb.PARKING, json.getValueAsString(""));
          case "owner" -> owner = DumpJson.number(json, -1);
          default -> json.skipChildren();
        }
        json.skipChildren();
      }
    }

    private void monitors(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        if (key.equals("locks") && json.hasToken(JsonToken.START_ARRAY)) {
          while (json.nextToken() != null && !json.hasToken(JsonToken.END_ARRAY)) {
            // null stands for a lock that the compiler took away.
            mention(Verb.LOCKED, json.getValueAsString(""));
            json.skipChildren();
          }
        } else {
          json.skipChildren();
        }
      }
    }

    private void mention(Verb verb, String printed) {
      int at = printed.lastIndexOf('@');
      if (at > 0) {
        gathered.mention(verb, printed, printed.substring(0, at));
      }
    }

    @Nullable PrintedThread thread(int line, PrintedDump dump) {
      if (gathered.javaId < 0) {
        dump.unread(gathered.firstLine, gathered.name, "a thread with a \"tid\"");
        return null;
      }
      if (owner >= 0) {
        for (LockMention mention : gathered.locks) {
          if (mention.verb() == Verb.PARKING) {
            dump.owners.put(mention.id(), owner);
          }
        }
      }
      gathered.lastLine = line;
      return gathered;
    }
  }

  private int line(JsonParser json) {
    return linesBefore + Math.max(1, json.currentTokenLocation().getLineNr());
  }
}

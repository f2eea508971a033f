package dev.unpark.benchmarks.fleet;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;

/**
 * The frames that the agent of one real JVM sent: from a full one to the last before the next.
 *
 * @param frames in order; the first is full, the others differ from it
 */
record Recording(List<Frame> frames) {
  private static final String OBSERVATION = "unpark.observation";
  private static final Set<String> HEAD = Set.of("i", "n", "b", "t");

  /**
   * One frame without its stream, number, base and time.
   *
   * @param number counted from that of the full one
   * @param rest all other fields of its body, as they came
   * @param packed the same, deflated once for all JVMs that send it
   */
  record Frame(long number, ByteString rest, byte[] packed) {
    Frame(long number, ByteString rest) {
      this(number, rest, deflated(rest.toByteArray()));
    }

    private static byte[] deflated(byte[] plain) {
      Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
      deflater.setInput(plain);
      deflater.finish();
      byte[] packed = new byte[plain.length + 64];
      int length = deflater.deflate(packed);
      deflater.end();
      return Arrays.copyOf(packed, length);
    }
  }

  Recording {
    frames = List.copyOf(frames);
  }

  /** The recording in that file, which is made first when it is not there. */
  static Recording in(Path file, String java, Path agent, boolean deadlocked)
      throws IOException, InterruptedException {
    if (!Files.exists(file)) {
      Recording made = of(java, agent, deadlocked);
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
        for (Frame frame : made.frames) {
          out.writeLong(frame.number());
          out.writeInt(frame.rest().size());
          frame.rest().writeTo(out);
        }
      }
    }
    return kept(file);
  }

  /** The recording in that file. */
  static Recording kept(Path file) throws IOException {
    List<Frame> frames = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      while (in.available() > 0) {
        long number = in.readLong();
        frames.add(new Frame(number, ByteString.copyFrom(in.readNBytes(in.readInt()))));
      }
    }
    return new Recording(frames);
  }

  /** Starts the program under the agent and records what it sends of one full frame. */
  static Recording of(String java, Path agent, boolean deadlocked)
      throws IOException, InterruptedException {
    BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
    try (Recorder recorder = new Recorder(request -> records.addAll(observations(request)))) {
      List<String> command = new ArrayList<>();
      command.add(java);
      command.add("-javaagent:" + agent + "=findings.log=off");
      command.add("-Dotel.exporter.otlp.endpoint=" + recorder.endpoint());
      command.add("-cp");
      command.add(new File(System.getProperty("java.class.path")).getAbsolutePath());
      command.add(RecordedProgram.class.getName());
      if (deadlocked) {
        command.add("deadlocked");
      }
      Process program = new ProcessBuilder(command).inheritIO().start();
      try {
        return read(records);
      } finally {
        program.destroyForcibly();
        program.waitFor();
      }
    }
  }

  private static Recording read(BlockingQueue<LogRecord> records)
      throws IOException, InterruptedException {
    List<Frame> frames = new ArrayList<>();
    long base = -1;
    // The first frames show a JVM that still starts; the second full frame is taken.
    int full = 0;
    while (true) {
      LogRecord record = records.poll(60, TimeUnit.SECONDS);
      if (record == null) {
        throw new IOException("the agent sent no observation for a minute");
      }
      KeyValueList body = record.getBody().getKvlistValue();
      long number = number(body, "n");
      boolean isFull = number == number(body, "b");
      if (isFull && ++full == 3) {
        return new Recording(frames);
      }
      if (isFull) {
        base = number;
        frames.clear();
      }
      if (full == 2) {
        KeyValueList.Builder rest = KeyValueList.newBuilder();
        for (KeyValue field : body.getValuesList()) {
          if (!HEAD.contains(field.getKey())) {
            rest.addValues(field);
          }
        }
        frames.add(new Frame(number - base, rest.build().toByteString()));
      }
    }
  }

  private static List<LogRecord> observations(ExportLogsServiceRequest request) {
    return request.getResourceLogsList().stream()
        .flatMap(resource -> resource.getScopeLogsList().stream())
        .flatMap(scope -> scope.getLogRecordsList().stream())
        .filter(record -> record.getEventName().equals(OBSERVATION))
        .toList();
  }

  private static long number(KeyValueList body, String key) throws IOException {
    for (KeyValue field : body.getValuesList()) {
      if (field.getKey().equals(key)) {
        return field.getValue().getIntValue();
      }
    }
    throw new IOException("an observation without '" + key + "'; does the layout differ?");
  }

  int fullSize() {
    return frames.get(0).rest().size();
  }

  int deltaSize() {
    return (int) frames.stream().skip(1).mapToInt(frame -> frame.rest().size()).average().orElse(0);
  }

  /** A number as a field of a frame's head. */
  static KeyValue head(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }
}

package dev.unpark.benchmarks.fleet;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** One JVM of the fleet: sends a recording over and over, under its own name. One thread's. */
final class SimulatedJvm {
  private final String name;
  private final ByteString resource;
  private final Recording healthy;
  private Recording sent;
  private long stream = ThreadLocalRandom.current().nextLong();
  private int next;
  private long base;

  SimulatedJvm(int number, Recording healthy) {
    this.name = "load-" + number;
    this.healthy = healthy;
    this.sent = healthy;
    this.resource =
        Resource.newBuilder()
            .addAttributes(text("service.name", "service-" + number % 40))
            .addAttributes(text("service.instance.id", name))
            .addAttributes(text("host.name", "host-" + number / 10))
            .addAttributes(text("process.runtime.version", "25.0.3"))
            .addAttributes(Recording.head("process.pid", 1))
            .build()
            .toByteString();
  }

  String name() {
    return name;
  }

  /** From now on sends what a JVM sends that is deadlocked. */
  void hang(Recording hung) {
    sent = hung;
    next = 0;
    stream = ThreadLocalRandom.current().nextLong();
    base = 0;
  }

  boolean hangs() {
    return sent != healthy;
  }

  /** The next request, packed, as an agent sends it. */
  byte[] request(long epochMillis) throws IOException {
    if (next == sent.frames().size()) {
      base += sent.frames().get(next - 1).number() + 1;
      next = 0;
    }
    Recording.Frame frame = sent.frames().get(next++);
    long time = TimeUnit.MILLISECONDS.toNanos(epochMillis);
    ByteString head =
        KeyValueList.newBuilder()
            .addValues(Recording.head("i", stream))
            .addValues(Recording.head("n", base + frame.number()))
            .addValues(Recording.head("b", base))
            .addValues(Recording.head("t", time))
            .build()
            .toByteString();
    ByteString body = field(6, head.concat(frame.rest()));
    ByteString record =
        field(5, body).concat(field(12, ByteString.copyFromUtf8("unpark.observation")));
    ByteString logs = field(1, resource).concat(field(2, field(2, record)));
    return packed(field(1, logs));
  }

  private static byte[] packed(ByteString request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(request.size() / 3 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      request.writeTo(gzip);
    }
    return out.toByteArray();
  }

  /** A length-delimited field of protobuf; what it holds is not copied. */
  private static ByteString field(int number, ByteString content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(8);
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeTag(number, 2);
    coded.writeUInt32NoTag(content.size());
    coded.flush();
    return ByteString.copyFrom(out.toByteArray()).concat(content);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}

package dev.unpark.benchmarks.fleet;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/** One JVM of the fleet: sends a recording over and over, under its own name. One thread's. */
final class SimulatedJvm {
  private static final ByteString EVENT = ByteString.copyFromUtf8("unpark.observation");
  private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};

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

  /** Sends a full frame next, as an agent does whose last one was not taken. */
  void beginAgain() {
    if (next > 0) {
      base += sent.frames().get(next - 1).number() + 1;
      next = 0;
    }
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
    // The long part of the frame comes last in every message around it: it is packed beforehand.
    int frameLength = head.size() + frame.rest().size();
    ByteString name = field(12, EVENT);
    int bodyLength = 1 + varint(frameLength) + frameLength;
    int recordLength = name.size() + 1 + varint(bodyLength) + bodyLength;
    int scopeLength = 1 + varint(recordLength) + recordLength;
    ByteString from = field(1, resource);
    int logsLength = from.size() + 1 + varint(scopeLength) + scopeLength;
    ByteString.Output front = ByteString.newOutput(1024);
    CodedOutputStream coded = CodedOutputStream.newInstance(front);
    open(coded, 1, logsLength);
    coded.writeRawBytes(from);
    open(coded, 2, scopeLength);
    open(coded, 2, recordLength);
    coded.writeRawBytes(name);
    open(coded, 5, bodyLength);
    open(coded, 6, frameLength);
    coded.writeRawBytes(head);
    coded.flush();
    return packed(front.toByteString().toByteArray(), frame);
  }

  private static void open(CodedOutputStream out, int field, int length) throws IOException {
    out.writeTag(field, 2);
    out.writeUInt32NoTag(length);
  }

  private static int varint(int value) {
    return CodedOutputStream.computeUInt32SizeNoTag(value);
  }

  /**
   * One member of gzip: the front as it is, in a block by itself, and the rest as it was packed.
   */
  private static byte[] packed(byte[] front, Recording.Frame frame) {
    byte[] rest = frame.packed();
    CRC32 check = new CRC32();
    check.update(front);
    frame.rest().asReadOnlyByteBufferList().forEach(check::update);
    ByteBuffer out =
        ByteBuffer.allocate(GZIP_HEAD.length + 5 + front.length + rest.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(GZIP_HEAD).put((byte) 0);
    out.putShort((short) front.length).putShort((short) ~front.length).put(front);
    out.put(rest);
    out.putInt((int) check.getValue()).putInt(front.length + frame.rest().size());
    return out.array();
  }

  /** A length-delimited field of protobuf. */
  private static ByteString field(int number, ByteString content) throws IOException {
    ByteString.Output out = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    open(coded, number, content.size());
    coded.writeRawBytes(content);
    coded.flush();
    return out.toByteString();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}

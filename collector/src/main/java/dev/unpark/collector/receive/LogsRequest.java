package dev.unpark.collector.receive;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import dev.unpark.telemetry.Events;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log records of a request, of which the observations are left as the bytes that they came in.
 *
 * <p>An observation is some thousand values, which protobuf would make objects of that live only
 * until the decoder has read them. The bytes are walked instead, and checked to be whole on the
 * way, so that what is torn is refused while its sender still listens.
 *
 * @param resources who sent what
 */
record LogsRequest(List<OfResource> resources) {
  private static final int MAX_DEPTH = 100;
  private static final int RESOURCE_LOGS = 1;
  private static final int RESOURCE = 1;
  private static final int SCOPE_LOGS = 2;
  private static final int SCOPE = 1;
  private static final int LOG_RECORDS = 2;
  private static final int EVENT_NAME = 12;

  /**
   * What one resource sent.
   *
   * @param records how many records, observations included
   */
  record OfResource(Resource resource, long records, List<Body> observations) {}

  /** Where the body of a record stands. */
  record Body(int from, int to) {}

  /** How many observations it has. */
  long observations() {
    return resources.stream().mapToLong(each -> each.observations().size()).sum();
  }

  static LogsRequest read(byte[] request) throws RefusedRequest {
    try {
      Walk walk = new Walk(request);
      List<OfResource> resources = new ArrayList<>();
      walk.fields(
          (field, isMessage) -> {
            if (field == RESOURCE_LOGS && isMessage) {
              resources.add(walk.resourceLogs());
              return true;
            }
            return false;
          });
      return new LogsRequest(resources);
    } catch (IOException malformed) {
      throw ProtobufReader.malformed(malformed);
    }
  }

  /** One pass over a request. */
  private static final class Walk {
    private final CodedInputStream in;
    private final byte[] request;
    private int messagesLeft = ProtobufReader.MAX_MESSAGES;

    Walk(byte[] request) {
      this.request = request;
      this.in = CodedInputStream.newInstance(request);
    }

    /** Reads a field whose tag was just read; says false to have it passed over. */
    interface Field {
      boolean read(int number, boolean isMessage) throws IOException, RefusedRequest;
    }

    void fields(Field reader) throws IOException, RefusedRequest {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        boolean isMessage = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        if (!reader.read(WireFormat.getTagFieldNumber(tag), isMessage)) {
          in.skipField(tag);
        }
      }
    }

    /** Reads the fields of the message that comes next. */
    void message(Field reader) throws IOException, RefusedRequest {
      if (--messagesLeft < 0) {
        throw ProtobufReader.tooMany();
      }
      int outer = in.pushLimit(in.readRawVarint32());
      fields(reader);
      in.checkLastTagWas(0);
      if (in.getBytesUntilLimit() > 0) {
        throw new InvalidProtocolBufferException("a message ends before its length says");
      }
      in.popLimit(outer);
    }

    /** Reads a message that is small, or of a sender of other things. */
    <T extends Message> T whole(T prototype) throws IOException {
      return read(prototype, in.readByteArray());
    }

    @SuppressWarnings("unchecked") // what is read by a prototype is of its type
    private static <T extends Message> T read(T prototype, byte[] bytes) throws IOException {
      return (T) DiscardUnknownFieldsParser.wrap(prototype.getParserForType()).parseFrom(bytes);
    }

    OfResource resourceLogs() throws IOException, RefusedRequest {
      List<Body> observations = new ArrayList<>();
      Resource[] resource = {Resource.getDefaultInstance()};
      long[] records = {0};
      message(
          (field, isMessage) -> {
            if (field == RESOURCE && isMessage) {
              resource[0] = whole(resource[0]);
              return true;
            }
            if (field == SCOPE_LOGS && isMessage) {
              records[0] += scopeLogs(observations);
              return true;
            }
            return false;
          });
      return new OfResource(resource[0], records[0], observations);
    }

    private long scopeLogs(List<Body> observations) throws IOException, RefusedRequest {
      long[] records = {0};
      message(
          (field, isMessage) -> {
            if (field == LOG_RECORDS && isMessage) {
              records[0]++;
              record(observations);
              return true;
            }
            if (field == SCOPE && isMessage) {
              whole(InstrumentationScope.getDefaultInstance());
              return true;
            }
            return false;
          });
      return records[0];
    }

    private void record(List<Body> observations) throws IOException, RefusedRequest {
      Body[] body = {new Body(0, 0)};
      boolean[] observation = {false};
      message(
          (field, isMessage) -> {
            if (field == LogRecord.BODY_FIELD_NUMBER && isMessage) {
              body[0] = body();
              return true;
            }
            if (field == LogRecord.ATTRIBUTES_FIELD_NUMBER && isMessage) {
              whole(KeyValue.getDefaultInstance());
              return true;
            }
            if (field == EVENT_NAME && isMessage) {
              observation[0] = in.readStringRequireUtf8().equals(Events.OBSERVATION);
              return true;
            }
            return false;
          });
      if (observation[0]) {
        observations.add(body[0]);
      }
    }

    private Body body() throws IOException, RefusedRequest {
      int length = in.readRawVarint32();
      int from = in.getTotalBytesRead();
      if (length < 0 || length > request.length - from) {
        throw new InvalidProtocolBufferException("a body ends beyond the request");
      }
      int outer = in.pushLimit(length);
      check(Kind.VALUE, 0);
      in.popLimit(outer);
      return new Body(from, from + length);
    }

    /** The messages that a value consists of. */
    private enum Kind {
      VALUE,
      LIST,
      PAIRS,
      PAIR
    }

    /** Walks through a value without building anything. */
    private void check(Kind kind, int depth) throws IOException, RefusedRequest {
      if (depth > MAX_DEPTH) {
        throw new InvalidProtocolBufferException("messages nested too deep");
      }
      if (--messagesLeft < 0) {
        throw ProtobufReader.tooMany();
      }
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        Kind inner = inner(kind, tag);
        if (inner == null) {
          in.skipField(tag);
        } else {
          int outer = in.pushLimit(in.readRawVarint32());
          check(inner, depth + 1);
          in.popLimit(outer);
        }
      }
      if (in.getBytesUntilLimit() > 0) {
        throw new InvalidProtocolBufferException("a message ends before its length says");
      }
    }

    private static @Nullable Kind inner(Kind kind, int tag) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        return null;
      }
      int field = WireFormat.getTagFieldNumber(tag);
      return switch (kind) {
        case VALUE ->
            field == AnyValue.ARRAY_VALUE_FIELD_NUMBER
                ? Kind.LIST
                : field == AnyValue.KVLIST_VALUE_FIELD_NUMBER ? Kind.PAIRS : null;
        case LIST -> field == 1 ? Kind.VALUE : null;
        case PAIRS -> field == 1 ? Kind.PAIR : null;
        case PAIR -> field == 2 ? Kind.VALUE : null;
      };
    }
  }
}

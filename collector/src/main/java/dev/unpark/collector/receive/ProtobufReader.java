package dev.unpark.collector.receive;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import com.linecorp.armeria.common.HttpStatus;
import java.io.IOException;

/**
 * Reads a protobuf body, unless it would become far more objects than any sender needs.
 *
 * <p>A message without content is two bytes on the wire and some hundred in memory, so that a body
 * well within the limit could fill the heap. Large bodies are therefore walked once, without
 * building anything, before they are read.
 */
final class ProtobufReader {
  /** So many bytes cannot be enough messages to hurt. */
  private static final int HARMLESS = 128 << 10;

  /** An observation of 50,000 threads, each with a wait and a resource, is about as many. */
  static final int MAX_MESSAGES = 1_000_000;

  private static final int MAX_DEPTH = 100;

  private ProtobufReader() {}

  @SuppressWarnings("unchecked") // what is read by a prototype is of its type
  static <T extends Message> T read(byte[] body, T prototype) throws RefusedRequest {
    try {
      if (body.length > HARMLESS) {
        CodedInputStream in = CodedInputStream.newInstance(body);
        if (count(in, prototype.getDescriptorForType(), MAX_MESSAGES, 0) < 0) {
          throw tooMany();
        }
      }
      return (T) DiscardUnknownFieldsParser.wrap(prototype.getParserForType()).parseFrom(body);
    } catch (IOException malformed) {
      throw malformed(malformed);
    }
  }

  static RefusedRequest malformed(IOException why) {
    return new RefusedRequest(
        HttpStatus.BAD_REQUEST,
        "malformed",
        "the body is not OTLP as protobuf: " + RequestBody.shown(String.valueOf(why.getMessage())));
  }

  static RefusedRequest tooMany() {
    return new RefusedRequest(
        HttpStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        "the body has more than the %d messages or values that are accepted"
            .formatted(MAX_MESSAGES));
  }

  /** How many messages may still come after those in here; negative when there are too many. */
  private static int count(CodedInputStream in, Descriptor type, int most, int depth)
      throws IOException {
    int left = most;
    for (int tag = in.readTag(); tag != 0 && left >= 0; tag = in.readTag()) {
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean message =
          field != null
              && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
              && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (message) {
        if (depth == MAX_DEPTH) {
          throw new InvalidProtocolBufferException("messages nested too deep");
        }
        int limit = in.pushLimit(in.readRawVarint32());
        left = count(in, field.getMessageType(), left - 1, depth + 1);
        if (left < 0) {
          return left;
        }
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
    return left;
  }
}

package dev.unpark.collector.receive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.HttpStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * OTLP as JSON.
 *
 * <p>It is protobuf's JSON with one trap: trace and span ids are hexadecimal, where protobuf has
 * base64. Both alphabets overlap, so that reading one as the other gives wrong ids and no error.
 * They are spelt anew before protobuf reads the rest. Enums may be numbers, and fields of newer
 * versions are skipped, as OTLP asks.
 */
final class OtlpJson {
  private static final Set<String> IDS =
      Set.of("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id");
  private static final JsonFactory JSON = new JsonFactory();
  private static final JsonFormat.Parser PROTOBUF = JsonFormat.parser().ignoringUnknownFields();

  private OtlpJson() {}

  static void merge(byte[] json, Message.Builder into) throws RefusedRequest {
    try {
      PROTOBUF.merge(withProtobufIds(json), into);
    } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
      throw malformed(malformed);
    } catch (IOException malformed) {
      throw malformed(malformed);
    }
  }

  private static RefusedRequest malformed(Exception why) {
    return new RefusedRequest(
        HttpStatus.BAD_REQUEST,
        "malformed",
        "the body is not OTLP as JSON: " + RequestBody.shown(String.valueOf(why.getMessage())));
  }

  private static String withProtobufIds(byte[] json) throws IOException, RefusedRequest {
    StringWriter out = new StringWriter(json.length + 64);
    int values = 0;
    try (JsonParser from = JSON.createParser(json);
        JsonGenerator to = JSON.createGenerator(out)) {
      while (from.nextToken() != null) {
        // A value is two bytes as text and some hundred as the tree that protobuf makes of it.
        if (from.currentToken() != JsonToken.FIELD_NAME && ++values > ProtobufReader.MAX_MESSAGES) {
          throw ProtobufReader.tooMany();
        }
        if (from.currentToken() == JsonToken.VALUE_STRING
            && from.currentName() != null
            && IDS.contains(from.currentName())) {
          byte[] id = HexFormat.of().parseHex(from.getText());
          to.writeString(Base64.getEncoder().encodeToString(id));
        } else {
          to.copyCurrentEvent(from);
        }
      }
    }
    return out.toString();
  }
}

package dev.unpark.dumps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What the readers of JSON dumps have in common: a value that is not what it should be costs that
 * value, not the dump.
 */
final class DumpJson {
  private static final double LEAST = -0x1p63;
  private static final double LIMIT = 0x1p63;

  private DumpJson() {}

  /** Reads on in the object that the parser stands at, to its end. */
  interface ObjectAction {
    void read() throws IOException;
  }

  /** A parser that leaves the stream open; bytes that are no UTF-8 are one odd letter each. */
  static JsonParser open(InputStream in) throws IOException {
    PushbackReader text = new PushbackReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    int mark = text.read();
    if (mark >= 0 && mark != '\ufeff') {
      text.unread(mark);
    }
    JsonParser json = new JsonFactory().createParser(text);
    json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
    return json;
  }

  /** What was taken from the stream, and stands behind the value that was read. */
  static String behind(JsonParser json) throws IOException {
    StringWriter behind = new StringWriter();
    json.releaseBuffered(behind);
    return behind.toString();
  }

  /** Does it for each object of an array; a value of another kind is passed over. */
  static void eachObject(JsonParser json, ObjectAction action) throws IOException {
    if (!json.hasToken(JsonToken.START_ARRAY)) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != null && !json.hasToken(JsonToken.END_ARRAY)) {
      if (json.hasToken(JsonToken.START_OBJECT)) {
        action.read();
      } else {
        json.skipChildren();
      }
    }
  }

  /** Does it for each string of an array; a value of another kind is passed over. */
  static void eachString(JsonParser json, Consumer<String> action) throws IOException {
    if (!json.hasToken(JsonToken.START_ARRAY)) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != null && !json.hasToken(JsonToken.END_ARRAY)) {
      if (json.hasToken(JsonToken.VALUE_STRING)) {
        action.accept(json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  /** A whole number, which is a string in some versions; {@code otherwise} when it is none. */
  static long number(JsonParser json, long otherwise) throws IOException {
    if (json.hasToken(JsonToken.VALUE_STRING)) {
      return json.getValueAsLong(otherwise);
    }
    if (json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
      // Asked for as a long, one that is larger would end the reading.
      JsonParser.NumberType type = json.getNumberType();
      boolean fits = type == JsonParser.NumberType.INT || type == JsonParser.NumberType.LONG;
      return fits ? json.getLongValue() : otherwise;
    }
    if (json.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
      double size = json.getDoubleValue();
      return size >= LEAST && size < LIMIT ? (long) size : otherwise;
    }
    return otherwise;
  }
}

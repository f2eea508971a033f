package dev.unpark.collector;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.unpark.diagnosis.report.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * Writes each log event as one line of JSON, its key-value pairs as fields. What a thread or
 * service is called cannot break out of its line.
 */
final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {
  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("time").value(Instant.ofEpochMilli(event.getTimeStamp()).toString());
    json.name("level").value(event.getLevel().toString());
    json.name("message").value(event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (KeyValuePair pair : pairs) {
        json.name(pair.key);
        if (pair.value instanceof Long || pair.value instanceof Integer) {
          json.value(((Number) pair.value).longValue());
        } else {
          json.value(String.valueOf(pair.value));
        }
      }
    }
    json.name("logger").value(event.getLoggerName());
    if (event.getThrowableProxy() != null) {
      json.name("stack").value(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    json.endObject();
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}

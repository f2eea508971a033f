package dev.unpark.diagnosis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void givenNestedThings_whenWritten_thenCommasStandWhereTheyMust() {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("a").value(1).name("b").beginArray().value(true).value((String) null).endArray();
    json.name("c").beginObject().endObject().name("d").strings(List.of("x", "y"));
    json.endObject();

    assertThat(json.toString())
        .isEqualTo("{\"a\":1,\"b\":[true,null],\"c\":{},\"d\":[\"x\",\"y\"]}");
  }

  @Test
  void givenNastyText_whenWritten_thenItIsEscapedAndRealCharactersAreKept() {
    String nasty = "\"\\\n\r\t\u0000\u007f\u009b\u2028\ud83d\ude00\ud83d ä";

    assertThat(new JsonWriter().value(nasty).toString())
        .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u007f\\u009b\\u2028\ud83d\ude00\\ud83d ä\"");
  }
}

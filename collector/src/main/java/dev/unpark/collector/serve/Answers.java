package dev.unpark.collector.serve;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.unpark.diagnosis.report.JsonWriter;
import java.util.stream.Stream;

/** Answers of the API. */
final class Answers {
  static final MediaType JSON = MediaType.create("application", "json");
  static final MediaType HTML = MediaType.create("text", "html");
  static final MediaType MARKDOWN = MediaType.create("text", "markdown");
  static final MediaType TEXT = MediaType.create("text", "plain");

  private static final int SHOWN = 80;

  private Answers() {}

  /** The first of these forms that the request accepts; the first of them when it names none. */
  static MediaType preferred(HttpRequest request, MediaType... forms) {
    return request.headers().accept().stream()
        .map(MediaType::withoutParameters)
        .flatMap(accepted -> Stream.of(forms).filter(accepted::is))
        .findFirst()
        .orElse(forms[0]);
  }

  static HttpResponse json(JsonWriter json) {
    return json(json.toString());
  }

  static HttpResponse json(String json) {
    return answer(HttpStatus.OK, MediaType.JSON, json + "\n");
  }

  /** What was wrong with a part of a request: found and expected. */
  static HttpResponse error(HttpStatus status, String part, String found, String expected) {
    return whole(status, part, found, expected).toHttpResponse();
  }

  static AggregatedHttpResponse whole(
      HttpStatus status, String part, String found, String expected) {
    JsonWriter json = new JsonWriter();
    json.beginObject().name("error").beginObject();
    json.name("parameter").value(part);
    json.name("found").value(found.length() <= SHOWN ? found : found.substring(0, SHOWN));
    json.name("expected").value(expected);
    json.endObject().endObject();
    return AggregatedHttpResponse.of(headers(status, MediaType.JSON), HttpData.ofUtf8(json + "\n"));
  }

  /** What is asked for cannot be done now, and may be in a few seconds. */
  static HttpResponse comeBack(String part, String why) {
    return error(HttpStatus.SERVICE_UNAVAILABLE, part, why, "to be asked again in 2 seconds")
        .mapHeaders(headers -> headers.toBuilder().add("retry-after", "2").build());
  }

  static HttpResponse text(HttpStatus status, String text) {
    return answer(status, MediaType.PLAIN_TEXT_UTF_8, text);
  }

  static HttpResponse notAllowed(HttpRequest request, String allowed) {
    return error(HttpStatus.METHOD_NOT_ALLOWED, "method", String.valueOf(request.method()), allowed)
        .mapHeaders(headers -> headers.toBuilder().add("allow", allowed).build());
  }

  /** A token is not shown to whoever made it up. */
  static HttpResponse unknownToken() {
    return error(
            HttpStatus.UNAUTHORIZED,
            "authorization",
            "no token, or one that is not known",
            "Bearer TOKEN, with an API token")
        .mapHeaders(headers -> headers.toBuilder().add("www-authenticate", "Bearer").build());
  }

  static HttpResponse answer(HttpStatus status, MediaType type, String body) {
    return HttpResponse.of(headers(status, type), HttpData.ofUtf8(body));
  }

  private static ResponseHeaders headers(HttpStatus status, MediaType type) {
    return ResponseHeaders.builder(status)
        .contentType(type)
        // A thread may be named like a script; no browser is to guess that this is a page.
        .add("x-content-type-options", "nosniff")
        .add("cache-control", "no-store")
        .build();
  }
}

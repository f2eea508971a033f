package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Requests that ask: GET and HEAD, answered on a thread that may take its time. */
final class Queries {
  private Queries() {}

  /** What a request asks for cannot be understood. */
  static final class Unclear extends Exception {
    private static final long serialVersionUID = 1;
    private final transient HttpResponse answer;

    Unclear(HttpStatus status, String part, String found, String expected) {
      super(part + ": " + found);
      answer = Answers.error(status, part, found, expected);
    }
  }

  /** Answers a request. */
  interface Answer {
    HttpResponse to(ServiceRequestContext context) throws Unclear;
  }

  static HttpService get(Answer answer) {
    return (context, request) -> answered(context, request, answer);
  }

  private static HttpResponse answered(
      ServiceRequestContext context, HttpRequest request, Answer answer) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return Answers.notAllowed(request, "GET, HEAD");
    }
    return HttpResponse.of(
        () -> {
          try {
            return answer.to(context);
          } catch (Unclear unclear) {
            return unclear.answer;
          }
        },
        context.blockingTaskExecutor());
  }

  /** A number of the query, within bounds. */
  static int number(ServiceRequestContext context, String name, int otherwise, int least, int most)
      throws Unclear {
    String text = context.queryParams().get(name);
    try {
      int number = text == null ? otherwise : Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException unreadable) {
      // told below
    }
    throw new Unclear(HttpStatus.BAD_REQUEST, name, String.valueOf(text), least + " to " + most);
  }

  /** A time of the query, as milliseconds since 1970 or as ISO 8601. */
  static long time(ServiceRequestContext context, String name, long otherwise) throws Unclear {
    String text = context.queryParams().get(name);
    try {
      if (text == null) {
        return otherwise;
      }
      return text.matches("\\d{1,15}") ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException unreadable) {
      throw new Unclear(
          HttpStatus.BAD_REQUEST,
          name,
          text,
          "a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970");
    }
  }

  /** One of these words of the query, the first when there is none. */
  static String word(ServiceRequestContext context, String name, String... known) throws Unclear {
    String text = context.queryParams().get(name, known[0]);
    for (String word : known) {
      if (word.equals(text)) {
        return word;
      }
    }
    throw new Unclear(HttpStatus.BAD_REQUEST, name, text, String.join(" or ", known));
  }
}

package dev.unpark.collector.serve;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Answers what no service of ours answers, such as a path that is none, in the shape of the API's
 * errors.
 */
public final class WebErrors implements ServerErrorHandler {
  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    return null;
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    boolean nowhere = status.equals(HttpStatus.NOT_FOUND);
    boolean tooLarge = status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE);
    return Answers.whole(
        status,
        nowhere ? "path" : tooLarge ? "body" : "request",
        nowhere && headers != null
            ? headers.path()
            : tooLarge
                ? "more than %,d bytes".formatted(config.maxRequestLength())
                : description == null ? status.reasonPhrase() : description,
        nowhere
            ? "a path of GET /"
            : tooLarge ? "no more than that" : "a request that can be answered in time");
  }
}

package dev.unpark.collector.receive;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the server refuses before any service sees it, such as a body whose announced length
 * is beyond the limit: in the encoding of OTLP.
 */
final class HttpErrors implements ServerErrorHandler {
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
    String words =
        status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
            ? OtlpHttpService.tooLarge(config.maxRequestLength())
            : status.equals(HttpStatus.NOT_FOUND)
                ? "expected /v1/logs, /v1/metrics or /v1/traces"
                : description == null ? status.reasonPhrase() : description;
    return OtlpErrors.aggregated(
        headers == null ? null : headers.contentType(), ResponseHeaders.builder(status), words);
  }
}

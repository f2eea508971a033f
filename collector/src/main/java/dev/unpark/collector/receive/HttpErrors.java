package dev.unpark.collector.receive;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
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
    if (status.equals(HttpStatus.REQUEST_TIMEOUT)) {
      return tooSlow(context, headers);
    }
    String words =
        status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
            ? OtlpHttpService.tooLarge(config.maxRequestLength())
            : status.equals(HttpStatus.NOT_FOUND)
                ? "expected /v1/logs, /v1/metrics or /v1/traces"
                : description == null ? status.reasonPhrase() : description;
    return OtlpErrors.aggregated(type(headers), ResponseHeaders.builder(status), words);
  }

  /**
   * To OTLP a 408 is final, and what the sender has would be lost for a network that was slow for a
   * moment. Its connection ends, whatever still comes on it.
   */
  private static AggregatedHttpResponse tooSlow(
      @Nullable ServiceRequestContext context, @Nullable RequestHeaders headers) {
    if (context != null) {
      context.initiateConnectionShutdown(0);
    }
    return OtlpErrors.aggregated(
        type(headers),
        ResponseHeaders.builder(HttpStatus.SERVICE_UNAVAILABLE),
        "the request did not come whole in time");
  }

  private static @Nullable MediaType type(@Nullable RequestHeaders headers) {
    return headers == null ? null : headers.contentType();
  }
}

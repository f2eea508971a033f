package dev.unpark.collector.receive;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

/** Success in the words of each signal; the part about refused items only when there are any. */
final class Answers {
  private Answers() {}

  static ExportLogsServiceResponse logs(Outcome.Taken taken) {
    ExportLogsServiceResponse.Builder answer = ExportLogsServiceResponse.newBuilder();
    if (taken.refused() > 0) {
      answer.setPartialSuccess(
          ExportLogsPartialSuccess.newBuilder()
              .setRejectedLogRecords(taken.refused())
              .setErrorMessage(taken.why()));
    }
    return answer.build();
  }

  static ExportMetricsServiceResponse metrics(Outcome.Taken taken) {
    ExportMetricsServiceResponse.Builder answer = ExportMetricsServiceResponse.newBuilder();
    if (taken.refused() > 0) {
      answer.setPartialSuccess(
          ExportMetricsPartialSuccess.newBuilder()
              .setRejectedDataPoints(taken.refused())
              .setErrorMessage(taken.why()));
    }
    return answer.build();
  }

  static ExportTraceServiceResponse traces(Outcome.Taken taken) {
    return ExportTraceServiceResponse.getDefaultInstance();
  }
}

package dev.unpark.collector.receive;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.function.Function;

/**
 * What OTLP calls export, for one signal. Whatever form a request came in, it is taken as protobuf.
 *
 * @param prototype of its requests
 * @param take takes one in
 * @param answer says success in the words of the signal
 */
record Export(Message prototype, Taker take, Function<Outcome.Taken, ? extends Message> answer) {

  /** Takes a request in. */
  interface Taker {
    /**
     * @param request as protobuf
     * @throws RefusedRequest when it is none
     */
    Outcome take(byte[] request, Sender from) throws RefusedRequest;
  }

  static Export logs(Intake intake) {
    return new Export(ExportLogsServiceRequest.getDefaultInstance(), intake::logs, Answers::logs);
  }

  static Export metrics(Intake intake) {
    return new Export(
        ExportMetricsServiceRequest.getDefaultInstance(), intake::metrics, Answers::metrics);
  }

  static Export traces(Intake intake) {
    return new Export(
        ExportTraceServiceRequest.getDefaultInstance(), intake::traces, Answers::traces);
  }
}

package dev.unpark.agent.transport;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.DecodingService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceImplBase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real receiver of logs: HTTP and gRPC, in clear, over TLS, and over TLS that asks who calls. */
final class OtlpServer implements AutoCloseable {
  private static final int LARGEST = 10_000_000;

  private final List<ExportLogsServiceRequest> received = new CopyOnWriteArrayList<>();
  private final Set<Object> connections = ConcurrentHashMap.newKeySet();
  private final Server open;
  private final Server strict;
  private volatile String lastKey = "";

  OtlpServer(Certificates certificates) {
    open = serve(certificates, false);
    strict = serve(certificates, true);
  }

  private Server serve(Certificates certificates, boolean askWho) {
    ServerBuilder builder = Server.builder();
    if (!askWho) {
      builder.http(0);
    }
    builder.https(0);
    builder.tls(
        TlsKeyPair.of(
            new ByteArrayInputStream(certificates.serverKey()),
            new ByteArrayInputStream(certificates.server())));
    if (askWho) {
      builder.tlsCustomizer(
          tls ->
              tls.clientAuth(ClientAuth.REQUIRE)
                  .trustManager(new ByteArrayInputStream(certificates.client())));
    }
    builder.maxRequestLength(LARGEST);
    builder.service(
        GrpcService.builder().addService(new Logs()).maxRequestMessageLength(LARGEST).build());
    builder
        .route()
        .post("/v1/logs")
        .decorator(DecodingService.newDecorator())
        .build(
            (context, request) ->
                HttpResponse.of(
                    request
                        .aggregate()
                        .thenApply(
                            whole -> {
                              note(context);
                              if (context.request().headers().contains("x-refuse")) {
                                return HttpResponse.of(HttpStatus.TOO_MANY_REQUESTS);
                              }
                              received.add(parsed(whole.content()));
                              return HttpResponse.of(
                                  HttpStatus.OK, MediaType.PROTOBUF, HttpData.empty());
                            })));
    Server server = builder.build();
    server.start().join();
    return server;
  }

  private final class Logs extends LogsServiceImplBase {
    @Override
    public void export(
        ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> answer) {
      ServiceRequestContext context = ServiceRequestContext.current();
      note(context);
      if (context.request().headers().contains("x-refuse")) {
        answer.onError(
            Status.RESOURCE_EXHAUSTED.withDescription("too much, too soon").asException());
        return;
      }
      received.add(request);
      answer.onNext(ExportLogsServiceResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private void note(ServiceRequestContext context) {
    connections.add(context.remoteAddress());
    lastKey = context.request().headers().get("x-key", "");
  }

  private static ExportLogsServiceRequest parsed(HttpData content) {
    try {
      return ExportLogsServiceRequest.parseFrom(content.array());
    } catch (IOException garbled) {
      throw new AssertionError(garbled);
    }
  }

  int port() {
    return open.activeLocalPort(SessionProtocol.HTTP);
  }

  int tlsPort() {
    return open.activeLocalPort(SessionProtocol.HTTPS);
  }

  int strictPort() {
    return strict.activeLocalPort();
  }

  List<ExportLogsServiceRequest> received() {
    return received;
  }

  int connections() {
    return connections.size();
  }

  String lastKey() {
    return lastKey;
  }

  void reset() {
    received.clear();
    connections.clear();
  }

  @Override
  public void close() {
    open.stop().join();
    strict.stop().join();
  }
}

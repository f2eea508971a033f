package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.rpc.BadRequest;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceBlockingStub;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests made to exhaust the memory of the collector, and those that no limit may count wrong.
 */
class HostileRequestTest {
  private static final String PROTOBUF = "application/x-protobuf";

  @TempDir Path scratch;

  @Test
  void givenBodiesOfMillionsOfEmptyMessages_whenSent_thenRefusedWithinASmallHeap()
      throws Exception {
    byte[] bomb = emptyRecords(12_000_000);
    byte[] packed = Requests.gzip(bomb);
    byte[] json =
        Requests.gzip(
            ("{\"resourceLogs\":[" + "{},".repeat(8_000_000) + "{}]}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(packed.length).isLessThan(100_000);
    try (CollectorProcess collector = CollectorProcess.ready(scratch, List.of("-Xmx256m"))) {
      for (int i = 0; i < 3; i++) {
        assertThat(post(collector.httpPort(), packed, PROTOBUF).statusCode()).isEqualTo(413);
        assertThat(post(collector.httpPort(), json, "application/json").statusCode())
            .isEqualTo(413);
        assertThat(grpcFailure(collector.grpcPort(), bomb, "gzip").getStatus().getCode())
            .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      }

      assertThat(Http.get(collector.webPort(), "/healthz")).isEqualTo("ok\n");
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_rejected_total{reason=\"too_large\",signal=\"logs\"} 9.0");
      assertThat(collector.err()).doesNotContain("OutOfMemoryError");
    }
  }

  @Test
  void givenManySendersOfHalfABody_whenTheyHoldAllMemory_thenTheNextIsToldToComeBack()
      throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (CollectorProcess collector = CollectorProcess.ready(scratch, List.of("-Xmx96m"))) {
      for (int i = 0; i < 8; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), collector.httpPort());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                ("POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        + PROTOBUF
                        + "\r\n"
                        + "Content-Length: 8000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        try {
          socket.getOutputStream().write(new byte[7_000_000]);
        } catch (IOException closedOnUs) {
          // As it should be for those that come too late.
        }
      }

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/metrics"))
                      .contains(
                          "unpark_collector_rejected_total{reason=\"overloaded\",signal=\"logs\"}"));
      for (Socket socket : slow) {
        socket.close();
      }
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(
                          post(collector.httpPort(), Requests.gzip(new byte[0]), PROTOBUF)
                              .statusCode())
                      .isEqualTo(200));
      assertThat(collector.err()).doesNotContain("OutOfMemoryError");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void givenABodyBeyondTheLimitOnTheWire_whenPosted_thenItIsToldAndCounted() throws Exception {
    try (Collector collector = Collector.start(Settings.withBodies(64 * 1024, 256 * 1024))) {
      HttpResponse<byte[]> response =
          Http.send(
              "POST",
              collector.httpPort(),
              "/v1/logs",
              new byte[65 * 1024],
              "Content-Type",
              PROTOBUF);

      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(com.google.rpc.Status.parseFrom(response.body()).getMessage())
          .isEqualTo("the body is larger than the 65536 bytes that are accepted");
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_rejected_total{reason=\"too_large\",signal=\"logs\"} 1.0");
    }
  }

  @Test
  void givenWhatIsNoProtobuf_whenSentOverGrpc_thenItIsTheSendersFaultAndCounted() throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      StatusRuntimeException failure =
          grpcFailure(collector.grpcPort(), new byte[] {(byte) 0xff, (byte) 0xff, 0}, "identity");

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).startsWith("the body is not OTLP");
      assertThat(StatusProto.fromThrowable(failure).getDetailsList())
          .singleElement()
          .satisfies(detail -> assertThat(detail.is(BadRequest.class)).isTrue());
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_rejected_total{reason=\"malformed\",signal=\"logs\"} 1.0");
    }
  }

  @Test
  void givenFieldsOfANewerVersion_whenSent_thenTheyAreSkipped() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream newer = CodedOutputStream.newInstance(out);
    newer.writeString(4_000, "of a newer version");
    newer.writeUInt64(4_001, 7);
    newer.flush();
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      assertThat(
              Http.send(
                      "POST",
                      collector.httpPort(),
                      "/v1/logs",
                      out.toByteArray(),
                      "Content-Type",
                      PROTOBUF)
                  .statusCode())
          .isEqualTo(200);
    }
  }

  /** So many log records without content, two bytes each. */
  private static byte[] emptyRecords(int count) {
    byte[] records = new byte[2 * count];
    for (int i = 0; i < records.length; i += 2) {
      records[i] = 0x12;
    }
    ByteString scope = length(ByteString.copyFrom(records));
    return length(ByteString.copyFrom(new byte[] {0x12}).concat(scope), (byte) 0x0a);
  }

  private static ByteString length(ByteString content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    try {
      coded.writeUInt32NoTag(content.size());
      coded.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return ByteString.copyFrom(out.toByteArray()).concat(content);
  }

  private static byte[] length(ByteString content, byte tag) {
    return ByteString.copyFrom(new byte[] {tag}).concat(length(content)).toByteArray();
  }

  private static HttpResponse<byte[]> post(int port, byte[] packed, String type) throws Exception {
    return Http.send(
        "POST", port, "/v1/logs", packed, "Content-Type", type, "Content-Encoding", "gzip");
  }

  private static StatusRuntimeException grpcFailure(int port, byte[] message, String packing) {
    MethodDescriptor<byte[], byte[]> method =
        LogsServiceGrpc.getExportMethod().toBuilder(new Bytes(), new Bytes()).build();
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingUnaryCall(
                GrpcClients.newClient(
                        "gproto+http://127.0.0.1:" + port + "/", LogsServiceBlockingStub.class)
                    .getChannel(),
                method,
                CallOptions.DEFAULT.withCompression(packing),
                message));
  }

  /** A message as it is. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}

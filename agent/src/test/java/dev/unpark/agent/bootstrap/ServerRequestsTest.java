package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerRequestsTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void givenARequestWithTraceContext_whenServed_thenTheTraceCanBeReadByThreadUntilItEnds() {
    int token = ServerRequests.enter("GET", false, TRACE);

    assertThat(ServerRequests.serving()).isTrue();
    assertThat(ServerRequests.rows().thread(token - 1)).isSameAs(Thread.currentThread());
    assertThat(Long.toHexString(ServerRequests.traceHigh(token - 1))).isEqualTo("4bf92f3577b34da6");
    assertThat(Long.toHexString(ServerRequests.traceLow(token - 1))).isEqualTo("a3ce929d0e0e4736");
    assertThat(ServerRequests.active(0)).isEqualTo(1);

    ServerRequests.leave(token);

    assertThat(ServerRequests.serving()).isFalse();
    assertThat(ServerRequests.active(0)).isZero();
  }

  @Test
  void givenTraceContextThatIsNone_whenServed_thenThereIsNoTrace() {
    for (String torn : new String[] {"", "00-xyz", TRACE.replace('4', 'g'), TRACE.substring(1)}) {
      int token = ServerRequests.enter("GET", false, torn);
      long high = ServerRequests.traceHigh(token - 1);
      ServerRequests.leave(token);

      assertThat(high).as(torn).isZero();
    }
  }

  @Test
  void givenEndedRequests_whenRead_thenTheyAreToldApartByMethodSchemeStatusAndFailure() {
    end("PATCH", true, 302, false);
    end("PATCH", true, 302, false);
    end("BREW", false, 500, true);
    end("BREW", false, -1, false);

    assertThat(counts("PATCH", true, 302, false)).isEqualTo(2);
    assertThat(counts("_OTHER", false, 500, true)).isEqualTo(1);
    assertThat(counts("_OTHER", false, ServerRequests.NO_STATUS, false)).isEqualTo(1);
  }

  private static void end(String method, boolean secure, int status, boolean failed) {
    ServerRequests.ended(
        ServerRequests.leave(ServerRequests.enter(method, secure, null)), status, failed);
  }

  private static long counts(String method, boolean secure, int status, boolean failed) {
    return IntStream.range(0, ServerRequests.KINDS)
        .filter(row -> ServerRequests.durations(row) != null)
        .filter(row -> ServerRequests.method(ServerRequests.call(row)).equals(method))
        .filter(row -> ServerRequests.isSecure(ServerRequests.call(row)) == secure)
        .filter(row -> ServerRequests.status(row) == status)
        .filter(row -> ServerRequests.failed(row) == failed)
        .mapToObj(ServerRequests::durations)
        .mapToLong(durations -> IntStream.range(0, 15).mapToLong(i -> durations.buckets()[i]).sum())
        .sum();
  }
}

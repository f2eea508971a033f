package dev.unpark.collector.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.collector.fleet.Workers;
import dev.unpark.collector.publish.RecentFindings;
import dev.unpark.collector.series.SeriesBudget;
import dev.unpark.diagnosis.Diagnostician;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What an orchestrator is told while a collector starts, works, lacks its store and stops. */
class ReadinessTest {
  private final AtomicBoolean ready = new AtomicBoolean();
  private final AtomicBoolean storeWorks = new AtomicBoolean(true);

  @Test
  void givenACollectorThatStartsWorksAndStops_whenAsked_thenOnlyServingIsReadyAndAllOfItAlive() {
    try (Workers workers = new Workers(1, 10, 1_000);
        Server server = server(workers)) {
      server.start().join();
      WebClient client = WebClient.of("http://127.0.0.1:" + server.activeLocalPort());

      assertThat(told(client, "/readyz")).isEqualTo("503 not ready\n");
      ready.set(true);
      assertThat(told(client, "/readyz")).isEqualTo("200 ready\n");

      // Taken out of service it would see nothing at all; what it finds is held meanwhile.
      storeWorks.set(false);
      assertThat(told(client, "/readyz")).startsWith("200 ready; incidents cannot be written");
      storeWorks.set(true);

      ready.set(false);
      assertThat(told(client, "/readyz")).isEqualTo("503 not ready\n");
      assertThat(told(client, "/healthz")).isEqualTo("200 ok\n");
    }
  }

  private Server server(Workers workers) {
    Fleet fleet =
        new Fleet(
            workers,
            1,
            Duration.ofMinutes(1),
            Clock.systemUTC(),
            new SeriesBudget(1),
            1,
            Diagnostician::new,
            new FleetListener() {});
    ServerBuilder server =
        Server.builder().http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    new Api(fleet, new RecentFindings(1), ready::get, storeWorks::get, ZoneOffset.UTC)
        .addTo(server);
    return server.build();
  }

  private static String told(WebClient client, String path) {
    AggregatedHttpResponse answer = client.get(path).aggregate().join();
    return answer.status().code() + " " + answer.contentUtf8();
  }
}

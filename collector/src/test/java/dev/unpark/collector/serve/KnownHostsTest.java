package dev.unpark.collector.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
  private final KnownHosts onLoopback = new KnownHosts("127.0.0.1", List.of());

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:9464",
        "[::1]",
        "[::1]:9464",
        "10.1.2.3",
        "localhost",
        "LOCALHOST:9464",
        "localhost.",
        "unpark.localhost:80"
      })
  void givenLoopback_whenCalledByWhatNobodyCanHavePointElsewhere_thenItIsOurs(String authority) {
    assertThat(onLoopback.isOurs(authority)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "elsewhere.example",
        "elsewhere.example:9464",
        "127.0.0.1.elsewhere.example",
        "localhost.elsewhere.example",
        "notlocalhost",
        "127.0.0.1:9464.elsewhere.example",
        "[::1].elsewhere.example",
        ":9464",
        "a:b:c"
      })
  void givenLoopback_whenCalledByAnotherName_thenItIsNotOurs(String authority) {
    assertThat(onLoopback.isOurs(authority)).isFalse();
  }

  @Test
  void givenNamesThatAreAllowed_whenCalledByThem_thenTheyAreOursAndOthersAreNot() {
    for (String listen : List.of("127.0.0.1", "0.0.0.0")) {
      KnownHosts hosts = new KnownHosts(listen, List.of("Unpark.Example"));
      assertThat(hosts.isOurs("unpark.example.:443")).isTrue();
      assertThat(hosts.isOurs("elsewhere.example")).isFalse();
    }
  }

  @Test
  void givenAllAddresses_whenNoNameIsAllowed_thenAnyIsOurs() {
    assertThat(new KnownHosts("0.0.0.0", List.of()).isOurs("collector.monitoring.svc")).isTrue();
  }
}

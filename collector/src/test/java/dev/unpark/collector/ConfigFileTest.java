package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.collector.series.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final Set<String> KNOWN = Set.of("grpc-port", "api-token", "max-jvms");

  @TempDir private Path folder;

  @Test
  void givenOptionsAndLists_whenRead_thenEachIsThereWithItsLine() throws Exception {
    ConfigFile file =
        read(
            """
            # a comment
            grpc-port: 4417
            api-token: [first-long-secret, second-long-secret]
            tenants:
              - name: shop
                tokens: [a-long-secret]
                jvms: 200
                requests-per-second: 500
            exports:
              - endpoint: https://otlp.example.com
                headers: {DD-API-KEY: another-secret}
              - {endpoint: "http://otel:4318"}
            forward:
              - {endpoint: "http://otel:4318", signals: [traces]}
            """);

    assertThat(file.option("grpc-port")).isEqualTo(new ConfigFile.Entry("4417", 2));
    assertThat(file.option("api-token").text()).isEqualTo("first-long-secret,second-long-secret");
    assertThat(file.tenants()).hasSize(1);
    assertThat(file.tenants().get(0).jvms()).isEqualTo(200);
    assertThat(file.exports()).hasSize(2);
    assertThat(file.exports().get(0).headers()).containsEntry("DD-API-KEY", "another-secret");
    assertThat(file.forwards().get(0).signals()).containsExactly(Signal.TRACES);
    assertThat(file.place("Invalid value for option '--grpc-port': 'x'")).endsWith("c.yaml:2: ");
  }

  @Test
  void givenWhatIsWrong_whenRead_thenTheComplaintNamesTheLine() {
    assertRefused("\ngrcp-port: 1\n", "c.yaml:2: found 'grcp-port', expected one of ");
    assertRefused("max-jvms: 1\nmax-jvms: 2\n", "c.yaml:2: found 'max-jvms' twice");
    assertRefused("max-jvms: {a: 1}\n", "c.yaml:1: found a list or keys, expected a single value");
    assertRefused("- a\n", "c.yaml:1: found a list or a single value, expected keys");
    assertRefused("max-jvms: [1\n", "c.yaml:2: ");
    assertRefused("tenants: x\n", "c.yaml:1: found something else, expected a list");
    assertRefused("tenants:\n  - name: a\n", "c.yaml:2: 'tokens' is missing");
    assertRefused(
        "tenants:\n  - {name: a, tokens: [short]}\n", "c.yaml:2: token of tenant 'a': found 5");
    assertRefused(
        "tenants:\n  - {name: a, tokens: [long-enough], jvms: many}\n",
        "c.yaml:2: jvms: found 'many', expected a whole number");
    assertRefused("exports:\n  - {endpoint: x}\n", "c.yaml:2: export endpoint: found 'x'");
    assertRefused(
        "forward:\n  - {endpoint: 'http://a', signals: [logz]}\n",
        "c.yaml:2: signal: found 'logz'");
  }

  @Test
  void givenAnEmptyFile_whenRead_thenNothingIsChosen() throws Exception {
    assertThat(read("").option("grpc-port")).isNull();
  }

  private void assertRefused(String text, String complaint) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigFile.Wrong.class)
        .hasMessageContaining(complaint);
  }

  private ConfigFile read(String text) throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, text);
    return ConfigFile.read(file, KNOWN);
  }
}

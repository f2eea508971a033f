package dev.unpark.agent.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private final Properties properties = new Properties();

  @Test
  void givenNothing_whenRead_thenDefaultsStandWithoutComplaint() {
    Options options = Options.read("", properties, Map.of());

    assertThat(options.complaints()).isEmpty();
    assertThat(options.on(Option.ENABLED)).isTrue();
    assertThat(options.text(Option.ENDPOINT)).isEmpty();
    assertThat(options.duration(Option.SAMPLING_INTERVAL)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void givenAllThreeSources_whenRead_thenArgumentBeatsPropertyBeatsEnvironment() {
    properties.setProperty("unpark.findings.log", "off");
    properties.setProperty("unpark.sampling.interval", "1s");
    Map<String, String> environment =
        Map.of(
            "UNPARK_FINDINGS_LOG", "stderr",
            "UNPARK_SAMPLING_INTERVAL", "3s",
            "UNPARK_CPU_BUDGET", "0.02");

    Options options = Options.read("sampling.interval=250ms", properties, environment);

    assertThat(options.complaints()).isEmpty();
    assertThat(options.text(Option.FINDINGS_LOG)).isEqualTo("off");
    assertThat(options.duration(Option.SAMPLING_INTERVAL)).isEqualTo(Duration.ofMillis(250));
    assertThat(options.number(Option.CPU_BUDGET)).isEqualTo(0.02);
  }

  @Test
  void givenAnUnknownKey_whenRead_thenNamesTheNearestKnownOne() {
    properties.setProperty("unpark.endpont", "http://localhost:4318");

    Options options = Options.read("findngs.file=x", properties, Map.of());

    assertThat(options.complaints())
        .containsExactly(
            "unknown system property 'unpark.endpont' is ignored; nearest known option: endpoint",
            "unknown option 'findngs.file' is ignored; nearest known option: findings.file");
  }

  @Test
  void givenValuesThatMakeNoSense_whenRead_thenComplainsAndKeepsTheDefaults() {
    Options options =
        Options.read(
            "enabled=perhaps,sampling.interval=1ms,endpoint=localhost", properties, Map.of());

    assertThat(options.complaints())
        .containsExactly(
            "option 'enabled' cannot be 'perhaps'; expected true or false; 'true' is used",
            "option 'sampling.interval' cannot be '1ms'; expected a time of 50 ms to 60 s, such as"
                + " 500ms; '500ms' is used",
            "option 'endpoint' cannot be 'localhost'; expected http://HOST:PORT or"
                + " https://HOST:PORT; '' is used");
    assertThat(options.text(Option.ENDPOINT)).isEmpty();
  }

  @Test
  void givenOpenTelemetrysEndpoint_whenNoneOfOurOwnIsSet_thenItIsUsed() {
    Map<String, String> environment =
        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");

    assertThat(Options.read("", properties, environment).text(Option.ENDPOINT))
        .isEqualTo("http://collector:4318");
    assertThat(Options.read("endpoint=http://own:1", properties, environment).text(Option.ENDPOINT))
        .isEqualTo("http://own:1");
  }

  @Test
  void givenCapitals_whenASwitchIsSet_thenItIsUnderstood() {
    Options options = Options.read("enabled=FALSE,findings.log=Off", properties, Map.of());

    assertThat(options.complaints()).isEmpty();
    assertThat(options.on(Option.ENABLED)).isFalse();
    assertThat(options.text(Option.FINDINGS_LOG)).isEqualTo("off");
  }

  @Test
  void givenAnEnvironmentSharedWithOthers_whenRead_thenOnlyWhatIsLikeAnOptionIsToldOf() {
    Map<String, String> environment =
        Map.of(
            "UNPARK_SERVICE_HOST", "10.0.0.7",
            "UNPARK_PORT_4317_TCP", "tcp://10.0.0.7:4317",
            "UNPARK_ENDPIONT", "http://collector:4318");

    assertThat(Options.read("", properties, environment).complaints())
        .containsExactly(
            "unknown environment variable 'UNPARK_ENDPIONT' is ignored; nearest known option:"
                + " UNPARK_ENDPOINT");
  }

  @Test
  void givenAPassword_whenSomethingIsToldOfIt_thenItIsNotShown() {
    Options options = Options.read("endpoint=http://joe:secret@host:0", properties, Map.of());

    assertThat(options.complaints()).hasSize(1).noneMatch(line -> line.contains("secret"));
    assertThat(
            Options.read("proxy=http://joe:secret@host:1", properties, Map.of())
                .shown(Option.PROXY))
        .isEqualTo("http://***@host:1");
  }
}

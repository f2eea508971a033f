package dev.unpark.agent.export;

import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import dev.unpark.agent.recording.RecordingFeed;
import dev.unpark.agent.sample.Sampler;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.JvmResource;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The ways out of this JVM: what is exported, and the metrics that are asked for.
 *
 * <p><b>Threading:</b> the sampler's thread makes them.
 */
public final class Exports {
  /** Long enough for an application to set what it wants to set. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private final Options options;
  private final Resource resource;
  private final InstrumentationScopeInfo scope =
      InstrumentationScopeInfo.create("dev.unpark.agent");
  private final Measurements measurements;
  private final Sampler sampler;
  private final Counts counts;

  /**
   * @param attributes of the resource, as the user set them
   */
  public Exports(
      Options options,
      JvmIdentity jvm,
      Map<String, String> attributes,
      Sampler sampler,
      RecordingFeed recording,
      OwnState own,
      Counts counts) {
    this.options = options;
    this.resource = resource(jvm, attributes, System.getenv().getOrDefault("HOSTNAME", ""));
    this.measurements = new Measurements(sampler, recording, own, counts);
    this.sampler = sampler;
    this.counts = counts;
  }

  /**
   * An exporter of this JVM's observations and of the agent's metrics.
   *
   * @param tell says one line to the user
   */
  public Exporter exporter(Consumer<String> tell) {
    Destination destination =
        new Destination(options, System.getProperties(), System.getenv(), tell);
    Exporter exporter =
        new Exporter(
            destination.transport(),
            resource,
            scope,
            options.duration(Option.METRICS_INTERVAL),
            measurements,
            counts,
            tell);
    if (destination.settlesGlobals()) {
      exporter.rest(SETTLED);
    }
    return exporter;
  }

  /**
   * A server of the agent's metrics.
   *
   * @throws IOException when it cannot listen there
   */
  public MetricsServer server() throws IOException {
    return new MetricsServer(
        options.text(Option.PROMETHEUS_HOST),
        Integer.parseInt(options.text(Option.PROMETHEUS_PORT)),
        () -> {
          Readings readings = new Readings(resource, scope, 0, 0);
          measurements.accept(readings);
          return PrometheusText.of(resource, readings.all());
        },
        () -> WaitsText.of(sampler.profile()));
  }

  private static Resource resource(JvmIdentity jvm, Map<String, String> set, String host) {
    AttributesBuilder attributes = Attributes.builder();
    set.forEach((key, value) -> attributes.put(AttributeKey.stringKey(key), value));
    attributes.putAll(JvmResource.attributes(jvm, host));
    attributes.put("telemetry.sdk.name", "unpark");
    attributes.put("telemetry.sdk.language", "java");
    return Resource.create(attributes.build());
  }
}

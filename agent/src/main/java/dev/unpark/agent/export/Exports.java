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
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Puts an {@link Exporter} together. */
public final class Exports {
  private Exports() {}

  /** Long enough for an application to set what it wants to set. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  /**
   * An exporter of this JVM's observations and of the agent's metrics.
   *
   * @param attributes of the resource, as the user set them
   * @param tell says one line to the user
   */
  public static Exporter to(
      Options options,
      JvmIdentity jvm,
      Map<String, String> attributes,
      Sampler sampler,
      RecordingFeed recording,
      OwnState own,
      Counts counts,
      Consumer<String> tell) {
    Map<String, String> environment = System.getenv();
    Destination destination = new Destination(options, System.getProperties(), environment, tell);
    Exporter exporter =
        new Exporter(
            destination.transport(),
            resource(jvm, attributes, environment.getOrDefault("HOSTNAME", "")),
            InstrumentationScopeInfo.create("dev.unpark.agent"),
            options.duration(Option.METRICS_INTERVAL),
            new Measurements(sampler, recording, own, counts),
            counts,
            tell);
    if (destination.settlesGlobals()) {
      exporter.rest(SETTLED);
    }
    return exporter;
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

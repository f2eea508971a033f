package dev.unpark.agent.export;

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
import java.util.Properties;
import java.util.function.Consumer;

/** Puts an {@link Exporter} together. */
public final class Exports {
  private Exports() {}

  /**
   * An exporter of this JVM's observations and of the agent's metrics.
   *
   * @param attributes of the resource, as the user set them
   * @param tell says one line to the user
   */
  public static Exporter to(
      String endpoint,
      JvmIdentity jvm,
      Map<String, String> attributes,
      Duration metricsInterval,
      Sampler sampler,
      RecordingFeed recording,
      OwnState own,
      Counts counts,
      Consumer<String> tell) {
    Properties properties = System.getProperties();
    Map<String, String> environment = System.getenv();
    return new Exporter(
        Destination.read(endpoint, properties, environment, tell),
        resource(jvm, attributes, environment.getOrDefault("HOSTNAME", "")),
        InstrumentationScopeInfo.create("dev.unpark.agent"),
        metricsInterval,
        new Measurements(sampler, recording, own, counts),
        counts,
        tell);
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

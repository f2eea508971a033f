package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;

import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.bootstrap.LibraryTable;
import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Kafka consumers, as they are made; how far behind they are, they say themselves. */
final class KafkaConsumerHook implements LibraryHook {
  @Override
  public String name() {
    return "kafka-consumer";
  }

  @Override
  public Set<String> classes() {
    return Set.of("org/apache/kafka/clients/consumer/KafkaConsumer");
  }

  @Override
  public List<Part> parts(String className) {
    return List.of(Part.of(Made.class, isConstructor()));
  }

  /** Woven. */
  static final class Made {
    private Made() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object consumer) {
      LibraryTable.made(LibraryHandle.CONSUMER, consumer);
    }
  }
}

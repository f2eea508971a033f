package dev.unpark.apps.stream;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Four hundred orders a second on a topic. The consumer asks the warehouse about each, which takes
 * 10 ms, and so falls behind. Mended, it asks once about all that one poll gave.
 */
public final class OrderStream {
  private static final String TOPIC = "orders";
  private static final int AT_ONCE = 40;
  private static final long BETWEEN_BUNCHES_NANOS = 100_000_000;
  private static final long WAREHOUSE_NANOS = 10_000_000;
  private static final int FAR_BEHIND = 1_500;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long REPORT_NANOS = 1_000_000_000;

  private final AtomicLong ordered = new AtomicLong();
  private final AtomicLong shipped = new AtomicLong();
  private final String broker;
  private final boolean asksOnce;

  private OrderStream(String broker, boolean asksOnce) {
    this.broker = broker;
    this.asksOnce = asksOnce;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Switches switches = Switches.of(args);
    try (KafkaBroker kafka = KafkaBroker.start()) {
      OrderStream stream = new OrderStream(kafka.address(), switches.healthy());
      new Thread(stream::keepOrdering, "orders").start();
      new Thread(stream::keepShipping, "shipping").start();
      if (!switches.healthy()) {
        FaultWatch.awaitAndAnnounce(() -> stream.behind() > FAR_BEHIND);
      }
      while (true) {
        LockSupport.parkNanos(REPORT_NANOS);
        System.out.printf("%d orders shipped, %d behind%n", stream.shipped.get(), stream.behind());
      }
    }
  }

  /** Orders before the first is shipped are those of a consumer that has yet to join. */
  private long behind() {
    long done = shipped.get();
    return done == 0 ? 0 : ordered.get() - done;
  }

  private void keepOrdering() {
    Map<String, Object> config = Map.of("bootstrap.servers", broker, "client.id", "order-taker");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (long order = 0; ; order++) {
        producer.send(new ProducerRecord<>(TOPIC, "customer-" + order % 100, "order " + order));
        ordered.incrementAndGet();
        if (order % AT_ONCE == 0) {
          LockSupport.parkNanos(BETWEEN_BUNCHES_NANOS);
        }
      }
    }
  }

  private void keepShipping() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            broker,
            "client.id",
            "shipping",
            "group.id",
            "shipping",
            "auto.offset.reset",
            "earliest",
            "max.poll.records",
            AT_ONCE);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      while (true) {
        ship(consumer.poll(POLL));
      }
    }
  }

  private void ship(ConsumerRecords<String, String> orders) {
    if (asksOnce && !orders.isEmpty()) {
      askTheWarehouse();
    }
    for (ConsumerRecord<String, String> order : orders) {
      if (!asksOnce) {
        askTheWarehouse();
      }
      if (!order.value().isEmpty()) {
        shipped.incrementAndGet();
      }
    }
  }

  private static void askTheWarehouse() {
    LockSupport.parkNanos(WAREHOUSE_NANOS);
  }
}

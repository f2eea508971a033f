package dev.unpark.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.model.Wait;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservationCodecTest {
  private static final JvmIdentity JVM = new JvmIdentity("checkout", "checkout-7", 4711, "25.0.3");
  private static final Instant START = Instant.parse("2026-01-31T03:12:07.123456789Z");
  private static final List<String> STACK =
      List.of("java.lang.Object.wait(Object.java)", "shop.Cart.add(Cart.java:12)");

  private final ObservationEncoder encoder = new ObservationEncoder(42, 15);
  private final ObservationDecoder decoder = new ObservationDecoder(JVM);

  @Test
  void givenEveryPartOfTheModel_whenSentFull_thenArrivesEqual() throws Exception {
    Observation observation = everything();

    assertThat(decode(encoder.encode(observation))).contains(observation);
  }

  @Test
  void givenAThreadThatChanged_whenSent_thenTheDeltaIsSmallAndArrivesEqual() throws Exception {
    Observation first = many(0, 200);
    Observation second = many(1, 200);
    Value<?> full = encoder.encode(first);
    Value<?> delta = encoder.encode(second);

    assertThat(decode(full)).contains(first);
    assertThat(decode(delta)).contains(second);
    assertThat(values(delta)).isLessThan(values(full) / 20);
  }

  @Test
  void givenManyRandomChanges_whenSent_thenEachArrivesEqual() throws Exception {
    Random random = new Random(7);
    Observation now = everything();
    for (int i = 1; i <= 300; i++) {
      now = mutate(now, random, i);
      assertThat(decode(encoder.encode(now))).contains(now);
    }
    assertThat(decoder.withoutBase()).isZero();
  }

  @Test
  void givenAnyDeltasLost_whenTheNextArrives_thenItDecodes() throws Exception {
    decode(encoder.encode(many(0, 50)));
    encoder.encode(many(1, 50));
    encoder.encode(many(2, 50));
    Observation fourth = many(3, 50);

    assertThat(decode(encoder.encode(fourth))).contains(fourth);
    assertThat(decoder.withoutBase()).isZero();
  }

  @Test
  void givenTheFullFrameLost_whenDeltasArrive_thenTheyGiveNothingUntilTheNextFullOne()
      throws Exception {
    encoder.encode(many(0, 50));

    for (int i = 1; i < 15; i++) {
      assertThat(decode(encoder.encode(many(i, 50)))).isEmpty();
    }
    assertThat(decoder.withoutBase()).isEqualTo(14);
    assertThat(decode(encoder.encode(many(15, 50)))).contains(many(15, 50));
  }

  @Test
  void givenTheFullFrameLost_whenTheEncoderForgetsItsBase_thenTheNextFrameDecodes()
      throws Exception {
    encoder.encode(many(0, 50));
    encoder.forgetBase();

    assertThat(decode(encoder.encode(many(1, 50)))).contains(many(1, 50));
  }

  @Test
  void givenFramesTwiceAndOutOfOrder_whenDecoded_thenLateOnesAreCountedAndHarmNothing()
      throws Exception {
    Value<?> full = encoder.encode(many(0, 50));
    Value<?> second = encoder.encode(many(1, 50));
    Value<?> third = encoder.encode(many(2, 50));
    decode(full);
    decode(third);

    assertThat(decode(second)).isEmpty();
    assertThat(decode(third)).isEmpty();
    assertThat(decode(full)).isEmpty();
    assertThat(decoder.late()).isEqualTo(3);
    assertThat(decode(encoder.encode(many(3, 50)))).contains(many(3, 50));
  }

  @Test
  void givenARestartedJvm_whenItsDeltaOvertakesItsFullFrame_thenOnlyTheDeltaIsLost()
      throws Exception {
    decode(encoder.encode(many(0, 50)));
    ObservationEncoder restarted = new ObservationEncoder(43, 15);
    Value<?> full = restarted.encode(many(1, 50));
    Value<?> delta = restarted.encode(many(2, 50));

    assertThat(decode(delta)).isEmpty();
    assertThat(decoder.stream()).hasValue(42);
    assertThat(decode(full)).contains(many(1, 50));
    assertThat(decoder.stream()).hasValue(43);
  }

  @Test
  void givenAJvmInWhichAllChanges_whenDeltasGrow_thenAFullFrameIsSentInstead() throws Exception {
    encoder.encode(many(0, 50));
    List<ObservedThread> others = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      others.add(
          ObservedThread.live(1000 + i, "other-" + i, false, ThreadState.RUNNABLE, null, STACK));
    }
    Observation changed =
        new Observation(
            JVM, START.plusSeconds(9), others, List.of(), List.of(), List.of(), List.of());

    assertThat(decode(encoder.encode(changed))).contains(changed);
  }

  @Test
  void givenAnOverlongTurn_whenSent_thenItProvesNothing() throws Exception {
    Observation observation =
        waiting(new Wait("lock", false, "x".repeat(Wire.MAX_STRING_LENGTH + 1), null));

    Observation arrived = decode(encoder.encode(observation)).orElseThrow();

    assertThat(arrived.threads().get(0).currentWait()).isEqualTo(new Wait("lock", false, "", null));
  }

  @Test
  void givenOverlongNamesAndStacks_whenSent_thenTheyArriveCut() throws Exception {
    List<String> deep = new ArrayList<>();
    for (int i = 0; i < 2 * Wire.MAX_FRAMES; i++) {
      deep.add("shop.Cart.add(Cart.java:" + i + ")");
    }
    ObservedThread thread =
        ObservedThread.live(1, "n".repeat(100_000), false, ThreadState.RUNNABLE, null, deep);

    ObservedThread arrived =
        decode(encoder.encode(of(List.of(thread)))).orElseThrow().threads().get(0);

    assertThat(arrived.name()).hasSize(Wire.MAX_STRING_LENGTH).endsWith("…");
    assertThat(arrived.stack()).isEqualTo(deep.subList(0, Wire.MAX_FRAMES));
  }

  @Test
  void givenMoreThreadsThanAccepted_whenSent_thenTheRestIsToldAsALimit() throws Exception {
    List<ObservedThread> threads = new ArrayList<>();
    for (int i = 0; i < Wire.MAX_THREADS + 1; i++) {
      threads.add(ObservedThread.live(i, "v", true, ThreadState.WAITING, null, List.of()));
    }

    Observation arrived = decode(encoder.encode(of(threads))).orElseThrow();

    assertThat(arrived.threads()).hasSize(Wire.MAX_THREADS);
    assertThat(arrived.limits()).containsExactly("only 50000 of 50001 threads were sent");
  }

  @Test
  void givenBodiesThatAreNoFrame_whenDecoded_thenRefusedWithTheReason() {
    assertRefused(Value.of("hello"), "body: found STRING, expected a key-value list");
    assertRefused(Value.of(new KeyValue[0]), "'v' is missing");
    assertRefused(frame(KeyValue.of("v", Value.of(1))), "v: found layout 1, expected 2");
    assertRefused(frame(KeyValue.of("v", Value.of("1"))), "v: found STRING, expected a number");
  }

  @Test
  void givenRowsThatDoNotFit_whenDecoded_thenRefusedWithTheirPlace() {
    Value<?> oneString = list(Value.of("x"));
    Value<?> oneStack = list(list());
    assertRefused(whole("T", Value.of(3)), "T: found LONG, expected a list");
    assertRefused(whole("T", list(Value.of(3))), "T[0]: found LONG, expected a list");
    assertRefused(whole("T", list(list(Value.of(1)))), "T ends after 1 values");
    assertRefused(whole("T", list(list(Value.of(1), Value.of(7)))), "T[1]: string 7 of 0");
    assertRefused(whole("T", list(list(Value.of(1), Value.of(-1)))), "T[1]: string -1 of 0");
    assertRefused(
        whole(
            "T",
            list(list(Value.of(1), Value.of(0), Value.of(0), Value.of(9))),
            KeyValue.of("s", oneString),
            KeyValue.of("k", oneStack)),
        "T[3]: stack 9 of 1");
    assertRefused(
        whole(
            "R",
            list(
                list(
                    Value.of(0),
                    Value.of(0),
                    Value.of(0),
                    Value.of(0),
                    Value.of(Wire.RELEASE_ANY_OF))),
            KeyValue.of("s", oneString)),
        "R: any of no threads");
    assertRefused(whole("s", list(Value.of("x".repeat(10_000)))), "s is 10000 bytes long");
    List<Value<?>> flood = new ArrayList<>();
    for (int i = 0; i <= Wire.MAX_LIMITS; i++) {
      flood.add(Value.of(0));
    }
    assertRefused(
        whole("l", Value.of(flood), KeyValue.of("s", oneString)),
        "l has more than the 100 rows that are accepted");
  }

  @Test
  void givenRandomDamageToAFrame_whenDecoded_thenItIsReadOrRefusedAndTheDecoderGoesOn()
      throws Exception {
    Random random = new Random(11);
    decode(encoder.encode(everything()));
    for (int i = 0; i < 20_000; i++) {
      Value<?> damaged = damage(new ObservationEncoder(i, 15).encode(everything()), random);
      try {
        decode(damaged);
      } catch (MalformedObservation refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
    encoder.forgetBase();
    assertThat(decode(encoder.encode(everything()))).contains(everything());
  }

  @Test
  void givenDamagedBytes_whenDecoded_thenTheyAreReadOrRefusedAndTheDecoderGoesOn()
      throws Exception {
    Random random = new Random(13);
    byte[] whole = AnyValueBytes.of(new ObservationEncoder(7, 15).encode(everything()));
    for (int i = 0; i < 50_000; i++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      int from = random.nextInt(8) == 0 ? random.nextInt(20) : 0;
      int to = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
      try {
        new ObservationDecoder(JVM).decode(damaged, Math.min(from, to), to);
      } catch (MalformedObservation refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
    assertThat(new ObservationDecoder(JVM).decode(whole, 0, whole.length)).contains(everything());
  }

  @Test
  void givenAThreadThatIsAsItWas_whenSentAgain_thenItStaysTheSameObject() throws Exception {
    decode(encoder.encode(many(0, 50)));
    ObservedThread first = decode(encoder.encode(many(1, 50))).orElseThrow().threads().get(7);
    ObservedThread second = decode(encoder.encode(many(1, 50))).orElseThrow().threads().get(7);

    assertThat(second).isSameAs(first);
  }

  private Optional<Observation> decode(Value<?> body) throws MalformedObservation {
    byte[] bytes = AnyValueBytes.of(body);
    return decoder.decode(bytes, 0, bytes.length);
  }

  private void assertRefused(Value<?> body, String message) {
    assertThatThrownBy(() -> decode(body))
        .isInstanceOf(MalformedObservation.class)
        .hasMessageStartingWith(message);
  }

  private static Value<?> whole(String key, Value<?> value, KeyValue... more) {
    List<KeyValue> fields = new ArrayList<>(List.of(more));
    fields.add(KeyValue.of("v", Value.of(Wire.VERSION)));
    for (String head : List.of("i", "n", "b", "t")) {
      fields.add(KeyValue.of(head, Value.of(1)));
    }
    fields.add(KeyValue.of(key, value));
    return frame(fields.toArray(new KeyValue[0]));
  }

  private static Value<?> frame(KeyValue... fields) {
    return Value.of(fields);
  }

  private static Value<?> list(Value<?>... values) {
    return Value.of(values);
  }

  private static Observation everything() {
    Resource lock =
        new Resource(
            "lock", ResourceKind.REENTRANT_LOCK, "j.Lock", "a.B.c(B.java:1)", Release.owner(2));
    return new Observation(
        JVM,
        START,
        List.of(
            new ObservedThread(
                -1,
                "quoted \"\n\u202e</script>",
                false,
                ThreadState.WAITING,
                new Wait("lock", true, "12:7", START.minusSeconds(3)),
                STACK,
                new Evidence("app.dump", 3, 9),
                new ThreadTraits(7, true, 12_000_000, ThreadTraits.NO_CARRIER)),
            ObservedThread.live(
                2, "", true, ThreadState.BLOCKED, new Wait("permit", false, "", null), List.of()),
            ObservedThread.live(3, "pricing-1", false, ThreadState.UNKNOWN, null, STACK)
                .with(ThreadTraits.mountedOn(-1))),
        List.of(
            new Resource(
                "condition",
                ResourceKind.CONDITION,
                "C",
                "",
                new Release.Believed(Set.of(3L), "it signalled this condition before")),
            new Resource("future", ResourceKind.FUTURE, "", "", new Release.ServedBy("pool")),
            lock,
            new Resource(
                "permit", ResourceKind.SEMAPHORE, "S", "", new Release.AnyOf(Set.of(3L, -1L))),
            new Resource("queue", ResourceKind.QUEUE, "Q", "", new Release.Unknown())),
        List.of(
            new ExecutorState(
                "pool",
                "pricing-#",
                "T",
                "s",
                List.of(3L, 9L),
                true,
                1,
                2,
                3,
                4,
                5,
                6L,
                7L,
                Duration.ofMillis(1500)),
            new ExecutorState(
                "zero",
                "",
                "",
                "",
                List.of(),
                false,
                0,
                ExecutorState.UNBOUNDED,
                0,
                0,
                ExecutorState.UNBOUNDED,
                0,
                0,
                null)),
        List.of(
            new LockActivity(ResourceKind.MONITOR, "a", "b", 1, 2),
            new LockActivity(ResourceKind.REENTRANT_LOCK, "a", "b", Long.MAX_VALUE, 2)),
        List.of("no stacks were taken"),
        List.of(
            new QueueState("queue", "Q", "a.B.c(B.java:1)", 3, 10, 17, 14),
            new QueueState(
                "wide", "W", "", 0, QueueState.UNBOUNDED, QueueState.UNKNOWN, QueueState.UNKNOWN)),
        new VirtualScheduler(2, 3, 1, VirtualScheduler.UNKNOWN),
        List.of(
            new Occurrence(Occurrence.Kind.POOL_GROWN, "pricing-#", "", 12, 4, 0),
            new Occurrence(Occurrence.Kind.RETRY, "", "a.B.c(B.java:1)", 9, 9, 0.875)));
  }

  private static Observation many(int look, int threads) {
    List<ObservedThread> list = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      String turn = i == 7 ? "1:" + look : "1:1";
      list.add(
          ObservedThread.live(
              i,
              "http-" + i,
              false,
              ThreadState.WAITING,
              new Wait("r", false, turn, START),
              STACK));
    }
    return new Observation(
        JVM, START.plusSeconds(look), list, List.of(), List.of(), List.of(), List.of());
  }

  private static Observation of(List<ObservedThread> threads) {
    return new Observation(JVM, START, threads, List.of(), List.of(), List.of(), List.of());
  }

  private static Observation waiting(Wait wait) {
    return of(List.of(ObservedThread.live(1, "one", false, ThreadState.WAITING, wait, List.of())));
  }

  /** Another observation, in which some parts are gone, some new, some changed. */
  private static Observation mutate(Observation from, Random random, int step) {
    List<ObservedThread> threads = new ArrayList<>(from.threads());
    threads.removeIf(thread -> threads.size() > 3 && random.nextInt(10) == 0);
    threads.add(
        ObservedThread.live(
            100 + step,
            "thread-" + step,
            random.nextBoolean(),
            ThreadState.values()[random.nextInt(ThreadState.values().length)],
            new Wait("r" + random.nextInt(9), random.nextBoolean(), "" + step, null),
            random.nextBoolean() ? STACK : List.of("f" + random.nextInt(40))));
    List<Resource> resources = new ArrayList<>(from.resources());
    resources.removeIf(resource -> random.nextInt(10) == 0);
    String id = "z%04d".formatted(step);
    resources.add(
        new Resource(id, ResourceKind.MONITOR, "M", "s", Release.owner(random.nextInt(9))));
    List<LockActivity> locks = new ArrayList<>();
    for (LockActivity lock : from.lockActivity()) {
      if (random.nextInt(12) != 0) {
        locks.add(
            new LockActivity(lock.kind(), lock.lockClass(), lock.site(), random.nextInt(5), step));
      }
    }
    locks.add(new LockActivity(ResourceKind.OTHER, "z", "z%04d".formatted(step), 0, 0));
    return new Observation(
        JVM,
        from.time().plusMillis(500),
        threads,
        resources,
        random.nextInt(5) == 0 ? List.of() : everything().executors(),
        locks,
        random.nextBoolean() ? List.of() : from.limits(),
        random.nextInt(3) == 0 ? List.of() : everything().queues(),
        random.nextBoolean() ? null : new VirtualScheduler(2, 3, random.nextInt(3), step),
        random.nextInt(3) == 0
            ? List.of()
            : List.of(new Occurrence(Occurrence.Kind.RETRY, "pay", "", step, 0, 0)));
  }

  @SuppressWarnings("unchecked")
  private static Value<?> damage(Value<?> value, Random random) {
    if (random.nextInt(40) == 0) {
      return switch (random.nextInt(6)) {
        case 0 -> Value.of(random.nextLong());
        case 1 -> Value.of("damage");
        case 2 -> Value.of(new Value<?>[0]);
        case 3 -> Value.of(new KeyValue[0]);
        case 4 -> Value.of(-1);
        default -> Value.empty();
      };
    }
    if (value.getType() == ValueType.ARRAY) {
      List<Value<?>> list = new ArrayList<>();
      for (Value<?> element : (List<Value<?>>) value.getValue()) {
        list.add(damage(element, random));
      }
      return Value.of(list);
    }
    if (value.getType() == ValueType.KEY_VALUE_LIST) {
      List<KeyValue> fields = new ArrayList<>();
      for (KeyValue field : (List<KeyValue>) value.getValue()) {
        boolean head = field.getKey().length() == 1 && "vinbt".contains(field.getKey());
        fields.add(
            KeyValue.of(
                field.getKey(), head ? field.getValue() : damage(field.getValue(), random)));
      }
      return Value.of(fields.toArray(new KeyValue[0]));
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  private static long values(Value<?> value) {
    if (value.getType() == ValueType.ARRAY) {
      return 1
          + ((List<Value<?>>) value.getValue())
              .stream().mapToLong(ObservationCodecTest::values).sum();
    }
    if (value.getType() == ValueType.KEY_VALUE_LIST) {
      return 1
          + ((List<KeyValue>) value.getValue())
              .stream().mapToLong(field -> values(field.getValue())).sum();
    }
    return 1;
  }
}

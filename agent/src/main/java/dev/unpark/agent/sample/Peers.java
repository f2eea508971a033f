package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom the workers of pools wait for that have stood in a blocking read of a socket for seconds.
 *
 * <pre>
 *   thread, by its processor time    the system call it is in      its connection
 *   fetch-1, 3,045,812 ns       -&gt;   read(6, ...)             -&gt;   10.0.0.7:41522 -&gt; 10.0.0.9:6379
 * </pre>
 *
 * <p>Only connections that this JVM has opened count: who reads from one that it has accepted waits
 * for a request, as it should. Linux alone tells either; elsewhere nothing is said.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> what costs most, reading the
 * state of every thread, is done for all who have come to stand since the last time, and the more
 * seldom, the more often it tells nothing.
 */
final class Peers {

  /** Reads without a timeout: with one, the JDK waits in a poll instead. */
  private static final String READ = "sun.nio.ch.SocketDispatcher.read0(";

  private static final long STANDS_NANOS = 3_000_000_000L;
  private static final long LEAST_BETWEEN_NANOS = 2_000_000_000L;
  private static final long MOST_BETWEEN_NANOS = 60_000_000_000L;

  private final ProcessFiles files;
  private Map<Long, Stand> stands = new HashMap<>();
  private long between = LEAST_BETWEEN_NANOS;
  private long askedAt;

  Peers(ProcessFiles files) {
    this.files = files;
  }

  /** A thread that has used no processor time since then. */
  private static final class Stand {
    final long cpu;
    final long sinceNanos;
    final Instant since;
    boolean asked;
    @Nullable String peer;

    Stand(long cpu, long sinceNanos, Instant since) {
      this.cpu = cpu;
      this.sinceNanos = sinceNanos;
      this.since = since;
    }
  }

  /** Says of those who stand what they wait for. */
  void look(Scene scene, CpuTimes cpu, Instant now, long nanos) {
    Map<Long, Stand> next = new HashMap<>();
    List<Stand> strangers = new ArrayList<>();
    for (Seen seen : readers(scene)) {
      long used = cpu.of(seen.id);
      Stand before = stands.get(seen.id);
      Stand stand = before != null && before.cpu == used ? before : new Stand(used, nanos, now);
      next.put(seen.id, stand);
      if (stand.peer != null) {
        scene.setWait(seen, scene.put(resource(stand.peer)), "cpu " + used);
        seen.since = stand.since;
      } else if (!stand.asked && nanos - stand.sinceNanos >= STANDS_NANOS) {
        strangers.add(stand);
      }
    }
    stands = next;
    if (!strangers.isEmpty() && (askedAt == 0 || nanos - askedAt >= between)) {
      ask(strangers);
      askedAt = nanos;
    }
  }

  private static List<Seen> readers(Scene scene) {
    List<Seen> readers = new ArrayList<>();
    Set<Long> workers = new HashSet<>();
    scene.pools().forEach(pool -> workers.addAll(pool.state().workers()));
    for (Seen seen : scene.threads()) {
      if (!seen.virtual
          && seen.state == ThreadState.RUNNABLE
          && !seen.stack.isEmpty()
          && seen.stack.get(0).startsWith(READ)
          && workers.contains(seen.id)) {
        readers.add(seen);
      }
    }
    return readers;
  }

  private void ask(List<Stand> strangers) {
    Map<Long, Stand> byCpu = new HashMap<>();
    for (Stand stand : strangers) {
      stand.asked = true;
      // Two that have used the same time to the nanosecond cannot be told apart.
      if (stand.cpu != ThreadTraits.UNKNOWN_CPU) {
        byCpu.merge(stand.cpu, stand, (one, other) -> one);
      }
    }
    Map<Long, String> peers = files.peersOfReaders(byCpu.keySet());
    byCpu.forEach((cpu, stand) -> stand.peer = peers.get(cpu));
    between = peers.isEmpty() ? Math.min(2 * between, MOST_BETWEEN_NANOS) : LEAST_BETWEEN_NANOS;
  }

  private static Resource resource(String peer) {
    return new Resource(peer, ResourceKind.REMOTE, "", "", new Release.Unknown());
  }
}

package dev.unpark.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpReader;
import dev.unpark.dumps.Join;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * A JVM on this machine, through the attach protocol. It runs nothing in that JVM but the
 * diagnostic commands {@code Thread.print} and, from JDK 21 on, {@code Thread.dump_to_file}.
 */
final class AttachedJvm implements AutoCloseable {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private final VirtualMachine machine;
  private final long pid;
  private final String service;
  private final DumpReader reader;
  private final Clock clock;

  private AttachedJvm(VirtualMachine machine, long pid, String service, ZoneId zone, Clock clock) {
    this.machine = machine;
    this.pid = pid;
    this.service = service;
    this.reader = new DumpReader(zone);
    this.clock = clock;
  }

  static AttachedJvm attach(long pid, ZoneId zone, Clock clock)
      throws IOException, AttachNotSupportedException {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
    String command = machine.getSystemProperties().getProperty("sun.java.command", "");
    return new AttachedJvm(machine, pid, service(command), zone, clock);
  }

  /** {@code shop.jar} and {@code com.acme.Shop --port 1} are both the shop. */
  private static String service(String command) {
    String program = command.split(" ", 2)[0];
    String name = program.substring(program.lastIndexOf('/') + 1);
    String stem = name.endsWith(".jar") ? name.substring(0, name.length() - 4) : name;
    String simple = name.endsWith(".jar") ? stem : stem.substring(stem.lastIndexOf('.') + 1);
    return simple.isEmpty() ? "jvm" : simple;
  }

  /** One look at all of its threads; empty when what came back was no dump. */
  Optional<Dump> look() throws IOException {
    Instant now = clock.instant();
    DumpFile print = print(now);
    if (print.dumps().isEmpty()) {
      return Optional.empty();
    }
    Dump look = print.dumps().get(0);
    JvmIdentity known = look.observation().jvm();
    JvmIdentity jvm = new JvmIdentity(service, Long.toString(pid), pid, known.jdk());
    if (feature(known.jdk()) >= FIRST_WITH_VIRTUAL_THREADS) {
      DumpFile virtual = dumpToFile(now);
      if (!virtual.dumps().isEmpty()) {
        look = Join.of(look, virtual.dumps().get(0));
      }
    }
    return Optional.of(look.taken(jvm, now));
  }

  @Override
  public void close() throws IOException {
    machine.detach();
  }

  private DumpFile print(Instant now) throws IOException {
    // -e is unknown to JDK 8 and adds nothing that is needed.
    try (InputStream printed = jcmd("Thread.print -l")) {
      // As jcmd does, so that commands to be typed next name the process.
      InputStream named =
          new ByteArrayInputStream((pid + ":\n").getBytes(StandardCharsets.US_ASCII));
      return reader.read(service, new SequenceInputStream(named, printed), now);
    }
  }

  private DumpFile dumpToFile(Instant now) throws IOException {
    Path directory = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    Path file = directory.resolve("unpark-" + UUID.randomUUID() + ".json");
    // A process in a container writes where its own root is.
    Path seenFromHere = Path.of("/proc/" + pid + "/root" + file);
    file.toFile().deleteOnExit();
    seenFromHere.toFile().deleteOnExit();
    try {
      try (InputStream answer = jcmd("Thread.dump_to_file -format=json \"" + file + "\"")) {
        answer.transferTo(OutputStream.nullOutputStream());
      }
      // Nobody may send us elsewhere by a link, least of all who lives in that container.
      try (InputStream in =
          Files.newInputStream(
              Files.exists(file) ? file : seenFromHere, LinkOption.NOFOLLOW_LINKS)) {
        return reader.read(service, in, now);
      }
    } catch (IOException noFile) {
      // Its user may not write there. The look stays without virtual threads, and says so.
      return reader.read(service, InputStream.nullInputStream(), now);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(seenFromHere);
    }
  }

  /*
   * The public attach API offers no diagnostic commands. HotSpot's implementation has had this
   * public method since JDK 8; the jar's manifest exports its package to us.
   */
  private InputStream jcmd(String command) throws IOException {
    try {
      Method executeJCmd =
          Class.forName("sun.tools.attach.HotSpotVirtualMachine")
              .getMethod("executeJCmd", String.class);
      return new AnswerStream((InputStream) executeJCmd.invoke(machine, command));
    } catch (InvocationTargetException failed) {
      if (failed.getCause() instanceof IOException refused) {
        throw refused;
      }
      throw new IllegalStateException(failed);
    } catch (ReflectiveOperationException notHotSpot) {
      throw new IllegalStateException(notHotSpot);
    }
  }

  private static int feature(String jdk) {
    String digits = jdk.startsWith("1.") ? jdk.substring(2) : jdk;
    int end = 0;
    while (end < digits.length() && end < 4 && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(digits.substring(0, end));
  }
}

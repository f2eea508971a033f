package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFilesTest {
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final String TITLE = "  sl  local_address rem_address   st tx rx\n";
  private static final String READ =
      System.getProperty("os.arch", "").equals("aarch64") ? "63" : "0";
  @TempDir Path root;

  @BeforeEach
  void openOneConnection() throws IOException {
    thread(7, 1_000, READ + " 0x6 0x7f1ab8008d20 0x1");
    connection("6", "socket:[501]");
    tables(
        "   0: 00000000:1F90 00000000:0000 0A 0:0 0:0 0 0 0 500 1\n"
            + "   1: 0100007F:A23B 0900000A:18EB 01 0:0 0:0 0 0 0 501 1\n"
            + "   2: 0100007F:1F90 0100007F:C001 01 0:0 0:0 0 0 0 502 1\n");
  }

  private void thread(int id, long cpuNanos, String call) throws IOException {
    Path task = Files.createDirectories(root.resolve("task/" + id));
    Files.writeString(task.resolve("schedstat"), cpuNanos + " 5 6\n");
    Files.writeString(task.resolve("syscall"), call + "\n");
  }

  private void connection(String descriptor, String target) throws IOException {
    Path folder = Files.createDirectories(root.resolve("fd"));
    Files.createSymbolicLink(folder.resolve(descriptor), Path.of(target));
  }

  private void tables(String ipv4) throws IOException {
    Path folder = Files.createDirectories(root.resolve("net"));
    Files.writeString(folder.resolve("tcp"), TITLE + ipv4);
  }

  private Map<Long, String> peers(Long... cpuNanos) {
    return new ProcessFiles(root.toFile()).peersOfReaders(Set.of(cpuNanos));
  }

  @Test
  void givenAReadFromAConnectionThatWasOpenedHere_whenAsked_thenItsPeerIsKnown() {
    assertThat(peers(1_000L)).isEqualTo(Map.of(1_000L, "10.0.0.9:6379"));
    assertThat(peers(1_001L)).isEmpty();
  }

  @Test
  void givenAReadFromAConnectionThatWasAccepted_whenAsked_thenItHasNoPeer() throws IOException {
    thread(7, 1_000, READ + " 0x8 0x0");
    connection("8", "socket:[502]");

    assertThat(peers(1_000L)).isEmpty();
  }

  @Test
  void givenTwoThreadsThatCannotBeToldApart_whenAsked_thenNothingIsSaid() throws IOException {
    thread(8, 1_000, "202 0x0");

    assertThat(peers(1_000L)).isEmpty();
  }

  @Test
  void givenAnotherCall_orAnotherFile_orWhatCannotBeRead_whenAsked_thenNothingIsSaid()
      throws IOException {
    thread(7, 1_000, "202 0x6 0x0");
    assertThat(peers(1_000L)).isEmpty();
    thread(7, 1_000, "running");
    assertThat(peers(1_000L)).isEmpty();
    thread(7, 1_000, READ + " 0x9 0x0");
    assertThat(peers(1_000L)).isEmpty();
    connection("9", "/dev/null");
    assertThat(peers(1_000L)).isEmpty();
    thread(7, 1_000, READ + " 0x6");
    tables("   1: 0100007F:A23B nonsense 01 0:0 0:0 0 0 0 501 1\n torn\n");
    assertThat(peers(1_000L)).isEmpty();
    assertThat(new ProcessFiles(new File(root.toFile(), "none")).peersOfReaders(Set.of(1L)))
        .isEmpty();
  }

  @Test
  void givenAddresses_whenWrittenOut_thenAsPeopleKnowThem() {
    assertThat(ProcessFiles.address("0100007F:8703")).isEqualTo("127.0.0.1:34563");
    assertThat(ProcessFiles.address("0000000000000000FFFF00000100007F:8703"))
        .isEqualTo("127.0.0.1:34563");
    assertThat(ProcessFiles.address("B80D0120000000000000000001000000:0050"))
        .isEqualTo("[2001:db8:0:0:0:0:0:1]:80");
    assertThat(ProcessFiles.address("7F:80")).isNull();
    assertThat(ProcessFiles.address("none")).isNull();
  }

  @Test
  void givenAThreadOfThisJvmInARead_whenAskedOfTheRealFiles_thenItsPeerIsKnown() throws Exception {
    assumeTrue(new File("/proc/self/schedstat").exists(), "no Linux with scheduler statistics");
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
      Thread reader = new Thread(() -> read(socket), "asks-the-silent");
      reader.start();
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      ProcessFiles files = new ProcessFiles(new File("/proc/self"));
      Map<Long, String> peers = Map.of();
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (peers.isEmpty() && System.nanoTime() < end) {
        peers = files.peersOfReaders(Set.of(threads.getThreadCpuTime(ThreadIds.of(reader))));
      }
      assertThat(peers.values()).containsExactly("127.0.0.1:" + silent.getLocalPort());
      socket.close();
      reader.join();
    }
  }

  private static void read(Socket socket) {
    try {
      socket.getInputStream().read();
    } catch (IOException closed) {
      // As it should be at the end.
    }
  }
}

package dev.unpark.agent.sample;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Linux tells of this process in files: which of its threads reads from which connection.
 *
 * <p><b>Threading:</b> one thread at a time. <b>When full:</b> a process of more than {@value
 * #MOST_THREADS} threads, or a network with more than {@value #MOST_CONNECTIONS} connections, is
 * not looked at.
 */
final class ProcessFiles {
  private static final int MOST_THREADS = 4_000;
  private static final int MOST_CONNECTIONS = 50_000;
  private static final int LISTENS = 0x0A;

  /** Read and recvfrom, of x86-64 and of aarch64. */
  private static final Set<String> READS =
      System.getProperty("os.arch", "").equals("aarch64") ? Set.of("63", "207") : Set.of("0", "45");

  private final File root;

  /**
   * @param root of the process, {@code /proc/self}
   */
  ProcessFiles(File root) {
    this.root = root;
  }

  /**
   * For each of these processor times, in nanoseconds: the peer that the one thread that has used
   * it reads from, {@code 10.0.0.9:6379}, if this process has opened that connection.
   */
  Map<Long, String> peersOfReaders(Set<Long> cpuNanos) {
    Map<Long, String> inodes = new HashMap<>();
    String[] threads = new File(root, "task").list();
    if (threads == null || threads.length > MOST_THREADS) {
      return Map.of();
    }
    Set<Long> ambiguous = new HashSet<>();
    for (String thread : threads) {
      File task = new File(root, "task/" + thread);
      long used = cpuOf(task);
      if (cpuNanos.contains(used) && inodes.put(used, inodeReadBy(task)) != null) {
        ambiguous.add(used);
      }
    }
    inodes.keySet().removeAll(ambiguous);
    inodes.values().removeIf(String::isEmpty);
    if (inodes.isEmpty()) {
      return Map.of();
    }
    Map<String, String> opened = new Connections(new HashSet<>(inodes.values())).opened();
    Map<Long, String> peers = new HashMap<>();
    inodes.forEach(
        (used, inode) -> {
          String peer = opened.get(inode);
          if (peer != null) {
            peers.put(used, peer);
          }
        });
    return peers;
  }

  private static long cpuOf(File task) {
    String[] words = firstLine(new File(task, "schedstat")).split(" ");
    try {
      return Long.parseLong(words[0]);
    } catch (NumberFormatException gone) {
      return -1;
    }
  }

  /** Of the socket that a thread is reading from; empty when it is not. */
  private String inodeReadBy(File task) {
    String[] call = firstLine(new File(task, "syscall")).split(" ");
    if (call.length < 2 || !READS.contains(call[0]) || !call[1].startsWith("0x")) {
      return "";
    }
    try {
      long descriptor = Long.parseLong(call[1].substring(2), 16);
      String target =
          Files.readSymbolicLink(new File(root, "fd/" + descriptor).toPath()).toString();
      return target.startsWith("socket:[") && target.endsWith("]")
          ? target.substring("socket:[".length(), target.length() - 1)
          : "";
    } catch (IOException | NumberFormatException | InvalidPathException gone) {
      return "";
    }
  }

  private static String firstLine(File file) {
    try (BufferedReader reader = reader(file)) {
      String line = reader.readLine();
      return line == null ? "" : line;
    } catch (IOException gone) {
      return "";
    }
  }

  private static BufferedReader reader(File file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(new FileInputStream(file), StandardCharsets.US_ASCII));
  }

  /**
   * The connections of some sockets, as the tables of the network name space list them.
   *
   * <pre>
   *   sl  local_address rem_address   st tx_queue:rx_queue tr:tm-&gt;when retrnsmt uid timeout inode
   *    0: 0100007F:93FA 0100007F:8703 01 ...                                0       0  5314261
   * </pre>
   */
  private final class Connections {
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private final Set<String> wanted;
    private final Map<String, String> localPorts = new HashMap<>();
    private final Map<String, String> peers = new HashMap<>();
    private final Set<String> listening = new HashSet<>();
    private int lines;

    private Connections(Set<String> wanted) {
      this.wanted = wanted;
    }

    /** The peer of each that this process has opened; whoever listens at its port accepted it. */
    private Map<String, String> opened() {
      if (!read("net/tcp") || !read("net/tcp6")) {
        return Map.of();
      }
      peers.keySet().removeIf(inode -> listening.contains(localPorts.get(inode)));
      return peers;
    }

    private boolean read(String table) {
      try (BufferedReader reader = reader(new File(root, table))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (++lines > MOST_CONNECTIONS) {
            return false;
          }
          add(line.trim().split(" +"));
        }
      } catch (IOException absent) {
        // Without IPv6 there is one table only.
      }
      return true;
    }

    private void add(String[] words) {
      if (words.length <= INODE || !words[LOCAL].contains(":") || words[0].equals("sl")) {
        return;
      }
      String port = words[LOCAL].substring(words[LOCAL].indexOf(':') + 1);
      if (words[STATE].equals("%02X".formatted(LISTENS))) {
        listening.add(port);
      } else if (wanted.contains(words[INODE])) {
        String peer = address(words[REMOTE]);
        if (peer != null) {
          localPorts.put(words[INODE], port);
          peers.put(words[INODE], peer);
        }
      }
    }
  }

  /** {@code 0100007F:8703} as {@code 127.0.0.1:34563}; null when it is none. */
  static @Nullable String address(String hex) {
    int colon = hex.indexOf(':');
    int length = colon;
    if (length != 8 && length != 32) {
      return null;
    }
    try {
      int[] bytes = new int[length / 2];
      for (int word = 0; word < length; word += 8) {
        // Each word of four bytes is printed as the processor reads it: the last byte first.
        for (int i = 0; i < 4; i++) {
          int at = word + 6 - 2 * i;
          bytes[word / 2 + i] = Integer.parseInt(hex.substring(at, at + 2), 16);
        }
      }
      int port = Integer.parseInt(hex.substring(colon + 1), 16);
      return (length == 8 || isMapped(bytes) ? ipv4(bytes) : ipv6(bytes)) + ":" + port;
    } catch (NumberFormatException none) {
      return null;
    }
  }

  private static boolean isMapped(int[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == 0xFF && bytes[11] == 0xFF;
  }

  private static String ipv4(int[] bytes) {
    int from = bytes.length - 4;
    return "%d.%d.%d.%d".formatted(bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]);
  }

  private static String ipv6(int[] bytes) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < bytes.length; i += 2) {
      text.append(i == 0 ? "" : ":").append(Integer.toHexString(bytes[i] << 8 | bytes[i + 1]));
    }
    return text.append(']').toString();
  }
}

package dev.unpark.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Where a command reads and writes.
 *
 * <p>Streams are raw: {@code PrintStream} keeps to itself that a disk is full, and an answer that
 * was lost must not look like one that was given.
 *
 * @param in standard input
 * @param out standard output: answers, nothing else
 * @param err standard error: complaints and progress
 * @param charset what both can print
 * @param outIsTerminal whether a person reads {@code out}
 * @param errIsTerminal whether a person reads {@code err}
 * @param environment an environment variable's value, empty when it is not set
 */
record Shell(
    InputStream in,
    OutputStream out,
    OutputStream err,
    Charset charset,
    boolean outIsTerminal,
    boolean errIsTerminal,
    UnaryOperator<String> environment) {

  /** That of this process. */
  static Shell ofProcess() {
    return new Shell(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        charsetOfTerminal(),
        isTerminal(1),
        isTerminal(2),
        name -> {
          String value = System.getenv(name);
          return value == null ? "" : value;
        });
  }

  /** Writes a text to {@code err}; there is nobody left to tell when that fails. */
  void complain(String text) {
    try {
      err.write(text.getBytes(charset));
      err.flush();
    } catch (IOException nobodyListens) {
      // The exit code still tells.
    }
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, false, charset);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, false, charset);
  }

  private static Charset charsetOfTerminal() {
    String named = System.getProperty("stdout.encoding");
    return named != null && Charset.isSupported(named)
        ? Charset.forName(named)
        : named == null ? Charset.defaultCharset() : StandardCharsets.UTF_8;
  }

  /** Asked of the system, because {@code System.console} wants both ends, and differs by JDK. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor))).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException notLinux) {
      return System.console() != null;
    }
  }
}

package dev.unpark.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * One run of the command.
 *
 * @param exitCode how the process would have ended
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Unpark(int exitCode, String out, String err) {

  static Unpark run(String... arguments) {
    return runWith("", arguments);
  }

  static Unpark runWith(String standardInput, String... arguments) {
    return in(standardInput, new ByteArrayOutputStream(), Map.of(), false, arguments);
  }

  /** As in a terminal, with these environment variables. */
  static Unpark inTerminal(Map<String, String> environment, String... arguments) {
    return in("", new ByteArrayOutputStream(), environment, true, arguments);
  }

  /** With a standard output of another kind, which is not looked at. */
  static Unpark writingTo(OutputStream out, String... arguments) {
    return in("", out, Map.of(), false, arguments);
  }

  private static Unpark in(
      String standardInput,
      OutputStream out,
      Map<String, String> environment,
      boolean terminal,
      String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream in = new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8));
    Shell shell =
        new Shell(
            in,
            out,
            err,
            StandardCharsets.UTF_8,
            terminal,
            terminal,
            name -> environment.getOrDefault(name, ""));
    int exitCode = Main.run(arguments, shell);
    return new Unpark(
        exitCode,
        out instanceof ByteArrayOutputStream kept ? kept.toString(StandardCharsets.UTF_8) : "",
        err.toString(StandardCharsets.UTF_8));
  }

  /** Copies a fixture into the directory under that name and returns its path. */
  static String fixture(String name, Path directory) throws IOException {
    try (InputStream in = Unpark.class.getResourceAsStream(name)) {
      Path file = directory.resolve(name);
      Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
      return file.toString();
    }
  }

  /** The exact text that is kept beside the fixtures, {@code DIR} standing for the directory. */
  static String golden(String name, Path directory) {
    return resource(name).replace("DIR", directory.toString());
  }

  static String resource(String name) {
    try {
      return Files.readString(
          Path.of(Objects.requireNonNull(Unpark.class.getResource(name), name).toURI()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (URISyntaxException odd) {
      throw new IllegalStateException(odd);
    }
  }
}

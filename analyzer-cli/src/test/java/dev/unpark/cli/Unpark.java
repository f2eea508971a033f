package dev.unpark.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)));
    try {
      Charset charset = Charset.defaultCharset();
      int exitCode = Main.run(arguments, new PrintStream(out, true), new PrintStream(err, true));
      return new Unpark(exitCode, out.toString(charset), err.toString(charset));
    } finally {
      System.setIn(before);
    }
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

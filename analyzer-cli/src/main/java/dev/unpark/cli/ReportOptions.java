package dev.unpark.cli;

import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.known.KnownStacksException;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.diagnosis.report.Printable;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command answers; the same for every command that diagnoses. */
final class ReportOptions {
  /** When text is coloured. */
  enum Colour {
    AUTO,
    ALWAYS,
    NEVER
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "text for people (the default), json, sarif (2.1.0), junit, markdown (for a ticket), or"
              + " html (one self-contained page)")
  Format format = Format.TEXT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "write the report there; it is in place only when it is whole")
  @Nullable String output;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "show whole stacks, waiter and owner side by side, thread ids and every line that could"
              + " not be read")
  boolean verbose;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      description =
          "end with 1 only for findings of this severity or above: critical, warning, advice (the"
              + " default: any finding)")
  Severity failOn = Severity.ADVICE;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "findings to accept: they are counted, not reported")
  @Nullable String baseline;

  @Option(
      names = "--write-baseline",
      paramLabel = "FILE",
      description = "write the ids of all findings there, for --baseline, and end with 0")
  @Nullable String writeBaseline;

  @Option(
      names = "--mask",
      description =
          "hide the names of threads, services, hosts and files, to share the report; ids of findings"
              + " change")
  boolean maskNames;

  @Option(
      names = "--mask-classes",
      description =
          "hide packages, classes and methods too, save those of the JDK and of well-known"
              + " libraries")
  boolean maskClasses;

  @Option(
      names = "--known",
      paramLabel = "FILE",
      description = "more stacks whose meaning is known, such as those of idle workers")
  @Nullable String knownFile;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "auto (the default: in a terminal, unless NO_COLOR is set), always, never")
  Colour colour = Colour.AUTO;

  /** What hides names, or null when they may be seen. */
  @Nullable Mask mask() {
    return maskNames || maskClasses ? new Mask(maskClasses) : null;
  }

  boolean coloured(Shell shell) {
    return switch (colour) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          shell.outIsTerminal()
              && output == null
              && shell.environment().apply("NO_COLOR").isEmpty()
              && !shell.environment().apply("TERM").equals("dumb");
    };
  }

  /** Not every command has something to say in every form. */
  void requireTextOrJson(String command) throws Refusal {
    if (format != Format.TEXT && format != Format.JSON) {
      throw new Refusal(
          new Complaint(
              "unpark " + command + " gives text or json",
              "--format " + format.name().toLowerCase(Locale.ROOT),
              "--format text or --format json",
              "unpark diagnose --format " + format.name().toLowerCase(Locale.ROOT) + " FILE"),
          ExitCode.USAGE);
    }
  }

  /** The known stacks that come with Unpark, and the user's own. */
  KnownStacks known() throws Refusal {
    KnownStacks standard = KnownStacks.standard();
    if (knownFile == null) {
      return standard;
    }
    try (Reader reader = Files.newBufferedReader(Path.of(knownFile))) {
      return standard.with(reader, knownFile);
    } catch (KnownStacksException wrong) {
      String message = String.valueOf(wrong.getMessage());
      throw new Refusal(
          message.lines().map(Printable::text).collect(Collectors.joining("\n", "", "\n")),
          ExitCode.UNREADABLE);
    } catch (IOException | InvalidPathException failed) {
      throw new Refusal(
          new Complaint(
              "cannot read the known stacks '" + knownFile + "'",
              failed.getClass().getSimpleName() + ": " + failed.getMessage(),
              "a text file",
              "unpark help diagnose"),
          ExitCode.UNREADABLE);
    }
  }
}

package dev.unpark.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code unpark}. */
@Command(
    name = "unpark",
    header = "Says why the threads of a JVM are waiting.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DiagnoseCommand.class,
      AttachCommand.class,
      VersionCommand.class,
      HelpCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  /** Runs one command to its end and returns how the process is to end. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    Charset charset = Charset.defaultCharset();
    return new CommandLine(new Main())
        .setOut(new PrintWriter(out, false, charset))
        .setErr(new PrintWriter(err, false, charset))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(new UsageComplaint())
        .setExecutionExceptionHandler(new OurFault())
        .execute(arguments.length == 0 ? new String[] {"help"} : arguments);
  }
}

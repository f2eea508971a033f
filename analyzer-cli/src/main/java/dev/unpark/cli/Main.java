package dev.unpark.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command {@code unpark}. */
@Command(
    name = "unpark",
    header = "Says why the threads of a JVM are waiting.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Version.class,
    scope = ScopeType.INHERIT)
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Preloading.start(arguments);
    System.exit(run(arguments, Shell.ofProcess()));
  }

  /** Runs one command to its end and returns how the process is to end. */
  static int run(String[] arguments, Shell shell) {
    String typed = arguments.length == 0 ? Commands.HELP.label() : arguments[0];
    try {
      return commandLine(typed, shell)
          .execute(arguments.length == 0 ? new String[] {typed} : arguments);
    } catch (OutOfMemoryError full) {
      return OurFault.outOfMemory(shell);
    } catch (Error ours) {
      // Uncaught, it would end the process with the status of findings.
      return OurFault.tell(ours, shell.errWriter());
    }
  }

  /**
   * The command line, ready for the command that was typed; with all of them for any other word.
   */
  static CommandLine commandLine(String typed, Shell shell) {
    CommandLine root = new CommandLine(new Main());
    Commands.addTo(root, typed, shell);
    return root.setOut(shell.outWriter())
        .setErr(shell.errWriter())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(new UsageComplaint())
        .setExecutionExceptionHandler(new OurFault());
  }
}

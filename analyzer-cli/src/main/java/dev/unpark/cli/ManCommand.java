package dev.unpark.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code unpark man} */
@Command(
    name = "man",
    header = "Prints the manual page.",
    description = "To be read with: unpark man | man -l -")
final class ManCommand implements Callable<Integer> {
  private final Shell shell;

  ManCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String page = ManPage.of(Main.commandLine(Commands.HELP.label(), shell));
    return Delivery.write(page, shell, ExitCode.NOTHING_FOUND);
  }
}

package dev.unpark.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code unpark completion} */
@Command(
    name = "completion",
    header = "Prints what lets a shell complete commands and options.",
    description = {
      "For bash and zsh: put this line into ~/.bashrc, or behind compinit into ~/.zshrc.",
      "",
      "  source <(unpark completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Shell shell;

  CompletionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("unpark", Main.commandLine(Commands.HELP.label(), shell));
    return Delivery.write(script, shell, ExitCode.NOTHING_FOUND);
  }
}

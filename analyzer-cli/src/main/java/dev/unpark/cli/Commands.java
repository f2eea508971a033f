package dev.unpark.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/** The commands of {@code unpark}; only the one that was typed is made, which halves the start. */
enum Commands {
  DIAGNOSE(DiagnoseCommand::new),
  ATTACH(AttachCommand::new),
  COMPARE(CompareCommand::new),
  RECORDING(RecordingCommand::new),
  COMPLETION(CompletionCommand::new),
  MAN(ManCommand::new),
  VERSION(VersionCommand::new),
  HELP(shell -> new HelpCommand());

  private final Function<Shell, Object> maker;

  Commands(Function<Shell, Object> maker) {
    this.maker = maker;
  }

  /** What a user types. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All labels, as a usage line shows them. */
  static String labels() {
    return String.join("|", Arrays.stream(values()).map(Commands::label).toList());
  }

  /**
   * Adds the command of that name to {@code root}, or every one when there is none of that name.
   */
  static void addTo(CommandLine root, String typed, Shell shell) {
    for (Commands command : values()) {
      if (command != HELP && command.label().equals(typed)) {
        root.addSubcommand(command.label(), command.maker.apply(shell));
        return;
      }
    }
    for (Commands command : values()) {
      root.addSubcommand(command.label(), command.maker.apply(shell));
    }
  }
}

package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells what is wrong with a command line. */
final class UsageComplaint implements IParameterExceptionHandler {
  private static final Pattern VALUES =
      Pattern.compile("one of \\[([A-Z, ]+)\\] \\(case-insensitive\\) but was");

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    command.getErr().print(complaint(wrong, command, arguments).render());
    command.getErr().flush();
    return ExitCode.USAGE;
  }

  private static Complaint complaint(
      ParameterException wrong, CommandLine command, String[] arguments) {
    String name = command.getCommandSpec().qualifiedName();
    String help =
        command.getParent() == null ? "unpark help" : "unpark help " + command.getCommandName();
    String typed = "unpark " + String.join(" ", arguments);
    if (wrong instanceof MissingParameterException) {
      return new Complaint(name + ": an argument is missing", typed, synopsis(command), help);
    }
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().get(0);
      String kind =
          word.startsWith("-") ? "option" : command.getParent() == null ? "command" : "argument";
      return new Complaint(
          "%s: there is no %s '%s'".formatted(name, kind, word),
          typed,
          synopsis(command),
          nearest(unmatched) + help);
    }
    return new Complaint(name + ": " + reason(wrong), typed, synopsis(command), help);
  }

  /** What was probably meant; empty when nothing is near. */
  private static String nearest(UnmatchedArgumentException unmatched) {
    List<String> near = unmatched.getSuggestions();
    return near.isEmpty() ? "" : near.get(0) + ", or ";
  }

  private static String reason(ParameterException wrong) {
    String message = wrong.getMessage();
    if (message == null || message.isEmpty()) {
      return "an argument cannot be understood";
    }
    // Values are written small here, and picocli takes either.
    String small =
        VALUES
            .matcher(message)
            .replaceAll(values -> values.group(1).toLowerCase(Locale.ROOT) + " but was");
    return Character.toLowerCase(small.charAt(0)) + small.substring(1);
  }

  /** Short: all the options are what help is for. */
  private static String synopsis(CommandLine command) {
    if (command.getParent() == null) {
      return "unpark " + Commands.labels() + " ...";
    }
    StringBuilder synopsis = new StringBuilder(command.getCommandSpec().qualifiedName());
    synopsis.append(command.getCommandSpec().options().isEmpty() ? "" : " [OPTIONS]");
    for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
      boolean needed = parameter.arity().min() > 0;
      String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
      synopsis.append(' ').append(needed ? label : "[" + label + "]");
    }
    return synopsis.toString();
  }
}

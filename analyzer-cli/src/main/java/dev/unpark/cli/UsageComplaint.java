package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells what is wrong with a command line. */
final class UsageComplaint implements IParameterExceptionHandler {
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
          "%s: there is no %s '%s'".formatted(name, kind, word), typed, synopsis(command), help);
    }
    return new Complaint(name + ": " + reason(wrong), typed, synopsis(command), help);
  }

  private static String reason(ParameterException wrong) {
    String message = wrong.getMessage();
    return message == null || message.isEmpty()
        ? "an argument cannot be understood"
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
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

package dev.unpark.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page, in the language of {@code man(7)}, made from the commands themselves. */
final class ManPage {
  private final StringBuilder out = new StringBuilder();

  private ManPage() {}

  static String of(CommandLine root) {
    return new ManPage().page(root);
  }

  private String page(CommandLine root) {
    line(".TH UNPARK 1 \"\" \"unpark " + text(VersionCommand.number()) + "\"");
    section("NAME");
    line("unpark \\- " + text(lower(header(root.getCommandSpec()))));
    section("SYNOPSIS");
    Collection<CommandLine> commands = root.getSubcommands().values();
    commands.forEach(command -> line(synopsis(command.getCommandSpec()) + "\n.br"));
    section("COMMANDS");
    commands.forEach(this::command);
    section("EXIT STATUS");
    term("0", "nothing was found at or above --fail-on");
    term("1", "something was found, whatever else went wrong");
    term("2", "the command line makes no sense");
    term("3", "an input could not be read to its end, and nothing was found in the rest");
    term("4", "a fault of Unpark, or an answer that could not be written");
    section("ENVIRONMENT");
    term("NO_COLOR", "when set, text is not coloured");
    term("COLUMNS", "width of the terminal, for stacks side by side");
    term("JAVA_HOME", "the JDK to run on, 17 or newer");
    section("SEE ALSO");
    line("docs/cli.md, docs/runbooks, docs/troubleshooting.md; jcmd(1), jstack(1)");
    return out.toString();
  }

  private void command(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    line(".SS " + text(spec.name()));
    line(text(header(spec)));
    for (String paragraph : spec.usageMessage().description()) {
      line(paragraph.isBlank() ? ".PP" : text(paragraph));
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      term(parameter.paramLabel(), String.join(" ", parameter.description()));
    }
    List<OptionSpec> options = new ArrayList<>(spec.options());
    options.removeIf(option -> option.usageHelp() || option.versionHelp());
    options.sort((a, b) -> a.longestName().compareTo(b.longestName()));
    for (OptionSpec option : options) {
      String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
      term(String.join(", ", option.names()) + label, String.join(" ", option.description()));
    }
  }

  private static String synopsis(CommandSpec spec) {
    StringBuilder synopsis = new StringBuilder("\\fBunpark " + text(spec.name()) + "\\fR");
    boolean options = spec.options().stream().anyMatch(o -> !o.usageHelp() && !o.versionHelp());
    synopsis.append(options ? " [\\fIOPTIONS\\fR]" : "");
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String label = text(parameter.paramLabel()) + (parameter.arity().max() > 1 ? "..." : "");
      String shown = "\\fI" + label + "\\fR";
      synopsis.append(' ').append(parameter.arity().min() > 0 ? shown : "[" + shown + "]");
    }
    return synopsis.toString();
  }

  private static String header(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().header());
  }

  private static String lower(String sentence) {
    String stem = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    return stem.isEmpty() ? stem : Character.toLowerCase(stem.charAt(0)) + stem.substring(1);
  }

  private void section(String name) {
    line(".SH " + name);
  }

  private void term(String term, String description) {
    line(".TP\n\\fB" + text(term) + "\\fR");
    line(text(description));
  }

  private void line(String line) {
    out.append(line).append('\n');
  }

  /** Text that is no request: a dot in front, a backslash and a hyphen mean something to roff. */
  private static String text(String text) {
    String escaped = text.strip().replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}

package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandLineTest {
  @Test
  void givenNothing_whenRun_thenShowsTheCommands() {
    Unpark run = Unpark.run();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("diagnose", "attach", "version", "help");
  }

  @Test
  void givenVersion_whenRun_thenSaysOnWhichJdk() {
    Unpark run = Unpark.run("version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("unpark ").contains(System.getProperty("java.version"));
  }

  @Test
  void givenACommandThatDoesNotExist_whenRun_thenSaysWhichDo() {
    assertThat(Unpark.run("diagnos", "x"))
        .isEqualTo(
            new Unpark(
                2,
                "",
                """
                unpark: there is no command 'diagnos'
                  found:    unpark diagnos x
                  expected: unpark diagnose|attach|version|help ...
                  try:      unpark help
                """));
  }

  @Test
  void givenNoFile_whenRun_thenSaysHowItGoes() {
    assertThat(Unpark.run("diagnose"))
        .isEqualTo(
            new Unpark(
                2,
                "",
                """
                unpark diagnose: an argument is missing
                  found:    unpark diagnose
                  expected: unpark diagnose [-v] [--fail-on=SEVERITY] [--format=text|json] FILE...
                  try:      unpark help diagnose
                """));
  }

  @Test
  void givenAnOptionThatDoesNotExist_whenRun_thenNamesIt() {
    Unpark run = Unpark.run("diagnose", "--colour", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("unpark diagnose: there is no option '--colour'\n");
  }

  @Test
  void givenAValueThatAnOptionDoesNotTake_whenRun_thenSaysWhichItDoes() {
    Unpark run = Unpark.run("diagnose", "--format", "xml", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .startsWith(
            "unpark diagnose: invalid value for option '--format': expected one of [TEXT, JSON]");
  }
}

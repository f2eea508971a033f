package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
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
                  expected: unpark diagnose|attach|compare|recording|completion|man|version|help ...
                  try:      diagnose, or unpark help
                """));
    assertThat(Unpark.run("diagnose", "--formt", "json", "x").err())
        .contains("there is no option '--formt'", "try:      --format, or unpark help diagnose");
  }

  @Test
  void givenNoFile_whenRun_thenSaysHowItGoes() {
    Unpark run = Unpark.run("diagnose");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .startsWith("unpark diagnose: an argument is missing\n  found:    unpark diagnose\n")
        .contains("  expected: unpark diagnose [OPTIONS] FILE...\n")
        .endsWith("  try:      unpark help diagnose\n");
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
            "unpark diagnose: invalid value for option '--format': expected text, json, sarif,");
  }

  @Test
  void givenTheOptionsThatEveryToolHas_whenRun_thenAnswersOnStandardOutput() {
    assertThat(Unpark.run("--version").out()).startsWith("unpark ");
    assertThat(Unpark.run("--help")).isEqualTo(Unpark.run());
    assertThat(Unpark.run("attach", "--help").out()).contains("Usage: unpark attach");
    assertThat(Unpark.run("attach", "-h")).isEqualTo(Unpark.run("help", "attach"));
  }

  @Test
  void givenAFullDisk_whenAnswered_thenSaysThatTheAnswerIsLost() {
    Unpark run = Unpark.writingTo(failing("No space left on device"), "version");

    assertThat(run.exitCode()).isEqualTo(ExitCode.OUR_FAULT);
    assertThat(run.err()).startsWith("cannot write the answer to standard output\n");
  }

  @Test
  void givenAReaderThatHasSeenEnough_whenAnswered_thenIsNoFailure() {
    assertThat(Unpark.writingTo(failing("Broken pipe"), "version"))
        .isEqualTo(new Unpark(ExitCode.NOTHING_FOUND, "", ""));
  }

  @Test
  void givenTooLittleMemory_whenRun_thenIsNoFindingAndSaysWhatToDo() {
    Unpark run = Unpark.writingTo(throwing(new OutOfMemoryError("Java heap space")), "version");

    assertThat(run.exitCode()).isEqualTo(ExitCode.OUR_FAULT);
    assertThat(run.err())
        .startsWith("there is not enough memory for all threads of all dumps\n  found:    ")
        .contains("JDK_JAVA_OPTIONS=-Xmx4g unpark ...");
  }

  @Test
  void givenAnErrorOfOurs_whenRun_thenIsNoFindingEither() {
    Unpark run = Unpark.writingTo(throwing(new StackOverflowError()), "version");

    assertThat(run.exitCode()).isEqualTo(ExitCode.OUR_FAULT);
    assertThat(run.err()).startsWith("this is a fault of Unpark").contains("StackOverflowError");
  }

  private static OutputStream throwing(Error error) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        throw error;
      }
    };
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }
}

package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion, the manual page and the reference say what the commands really take. */
class GuidesTest {
  @TempDir private Path directory;

  @Test
  void givenTheCompletion_whenABashReadsIt_thenItKnowsCommandsAndOptions() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");
    Path script = directory.resolve("completion");
    Files.writeString(script, Unpark.run("completion").out());

    Process bash =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "source '"
                    + script
                    + "'; COMP_WORDS=(unpark dia); COMP_CWORD=1; COMP_LINE='unpark dia';"
                    + " COMP_POINT=10; _complete_unpark 2>&1; echo \"${COMPREPLY[*]}\"")
            .redirectErrorStream(true)
            .start();
    String answer = new String(bash.getInputStream().readAllBytes());

    assertThat(bash.waitFor()).isZero();
    assertThat(answer.strip()).isEqualTo("diagnose");
    assertThat(script).content().contains("--write-baseline", "--samples", "bashcompinit");
  }

  @Test
  void givenTheManualPage_whenPrinted_thenEveryCommandAndOptionIsInIt() {
    String page = Unpark.run("man").out();

    assertThat(page).startsWith(".TH UNPARK 1 ");
    assertThat(page.lines()).noneMatch(line -> line.startsWith(" "));
    assertNamesAll(page.replace("\\-", "-"));
  }

  @Test
  void givenTheReference_whenRead_thenEveryCommandAndOptionIsInIt() throws IOException {
    assertNamesAll(Files.readString(Path.of("..", "docs", "cli.md")));
  }

  private static void assertNamesAll(String text) {
    for (CommandLine command : all().getSubcommands().values()) {
      assertThat(text).contains(command.getCommandName());
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (!option.usageHelp() && !option.versionHelp()) {
          assertThat(text).contains(option.longestName());
        }
      }
    }
  }

  private static CommandLine all() {
    return Main.commandLine("help", Shell.ofProcess());
  }
}

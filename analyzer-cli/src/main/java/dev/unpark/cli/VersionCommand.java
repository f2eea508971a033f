package dev.unpark.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code unpark version} */
@Command(name = "version", header = "Says which Unpark this is, and on which JDK it runs.")
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    spec.commandLine()
        .getOut()
        .println(
            "unpark "
                + (version == null ? "(not packaged)" : version)
                + ", JDK "
                + System.getProperty("java.version"));
    spec.commandLine().getOut().flush();
  }
}

package dev.unpark.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code unpark version} */
@Command(name = "version", header = "Says which Unpark this is, and on which JDK it runs.")
final class VersionCommand implements Callable<Integer> {
  private final Shell shell;

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return Delivery.print(line() + "\n", shell, ExitCode.NOTHING_FOUND);
  }

  /** The version of the jar, or a word that says that there is none. */
  static String number() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  private static String line() {
    return "unpark " + number() + ", JDK " + System.getProperty("java.version");
  }

  /** For {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {line()};
    }
  }
}

package dev.unpark.collector;

import dev.unpark.collector.incident.BadExport;
import dev.unpark.collector.incident.Database;
import dev.unpark.collector.incident.ImportFile;
import dev.unpark.collector.incident.IncidentStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unpark-collector import FILE}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = CollectorMain.Version.class,
    description =
        "Takes what export wrote. The collector must not run meanwhile. Of an incident that is there"
            + " already the one that changed last stays: a file may be taken twice. A file that"
            + " cannot be used changes nothing.",
    footer = {
      "",
      "Exit codes: 0 taken, 2 bad usage, 3 the file cannot be read, 4 the database cannot be written."
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "FILE", description = "A file that export has written.")
  private Path file = Path.of("");

  @Override
  public Integer call() {
    try (ImportFile export = ImportFile.open(file)) {
      export.check();
      return taken(export);
    } catch (BadExport bad) {
      return unreadable(bad.getMessage(), bad.found(), bad.expected());
    } catch (IOException failure) {
      return unreadable("it cannot be read", why(failure), "a file that export has written");
    }
  }

  private int taken(ImportFile export) throws BadExport, IOException {
    try (Database database = store.toWrite()) {
      CollectorMain.out(spec).println("imported " + export.into(database));
      return CollectorMain.OK;
    } catch (IncidentStore.Unavailable | IllegalArgumentException | IOException failure) {
      CollectorMain.err(spec)
          .printf(
              """
              cannot import into %s; nothing was changed
                found:    %s
                expected: a folder or database that may be written, and no collector that runs on it
                try:      --incidents FOLDER or --database URL, as the collector is started
              """,
              store.name(), why(failure));
      return CollectorMain.CANNOT_RUN;
    }
  }

  private int unreadable(@Nullable String message, String found, String expected) {
    CollectorMain.err(spec)
        .printf(
            """
            cannot import '%s': %s
              found:    %s
              expected: %s
              try:      unpark-collector export FILE makes one; nothing was changed
            """,
            file, message, found, expected);
    return CollectorMain.UNREADABLE;
  }

  static String why(Exception failure) {
    return failure instanceof NoSuchFileException
        ? "no such file: " + failure.getMessage()
        : String.valueOf(failure.getMessage());
  }
}

package dev.unpark.collector;

import dev.unpark.collector.incident.Database;
import dev.unpark.collector.incident.ExportFile;
import dev.unpark.collector.incident.IncidentStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unpark-collector export FILE}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = CollectorMain.Version.class,
    description =
        "Writes incidents, with findings, acknowledgements and evidence, and the JVMs that were seen"
            + " into one file that import reads, also into another kind of database. The collector"
            + " may go on meanwhile.",
    footer = {"", "Exit codes: 0 written, 2 bad usage, 4 cannot be read or written."})
final class ExportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "FILE", description = "Where to; one that is there is replaced.")
  private Path file = Path.of("");

  @Override
  public Integer call() {
    try (Database database = store.toRead()) {
      ExportFile.Counts counts =
          ExportFile.write(database, file, CollectorMain.version(), Instant.now());
      CollectorMain.out(spec).println("exported " + counts + " to " + file);
      return CollectorMain.OK;
    } catch (IOException | IncidentStore.Unavailable | IllegalArgumentException failure) {
      CollectorMain.err(spec)
          .printf(
              """
              cannot export %s to '%s'
                found:    %s
                expected: a database that this version has used, and a place for a file
                try:      --incidents FOLDER or --database URL, as the collector was started
              """,
              store.name(), file, ImportCommand.why(failure));
      return CollectorMain.CANNOT_RUN;
    }
  }
}

package dev.unpark.collector;

import dev.unpark.collector.incident.Database;
import dev.unpark.collector.incident.IncidentStore;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which database a command is about; the same options as those of the collector itself. */
final class StoreOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The collector's YAML file; only incidents and database are read from it.")
  private @Nullable Path config;

  @Option(
      names = "--incidents",
      paramLabel = "FOLDER",
      defaultValue = "${env:UNPARK_INCIDENTS:-unpark-data}",
      description = "Folder of the embedded database. Default: ${DEFAULT-VALUE}.")
  private String incidents = "";

  @Option(
      names = "--database",
      paramLabel = "URL",
      defaultValue = "${env:UNPARK_DATABASE:-" + Option.NULL_VALUE + "}",
      description = "A PostgreSQL database instead: jdbc:postgresql://HOST/NAME?user=...")
  private @Nullable String database;

  /** To be read, also beside a collector that uses it. */
  Database toRead() throws IOException, IncidentStore.Unavailable {
    return database == null
        ? Database.toRead(Path.of(incidents))
        : Database.toRead(CollectorSettings.postgres(database));
  }

  /** To be written, by nobody else meanwhile where it is a folder. */
  Database toWrite() throws IOException, IncidentStore.Unavailable {
    return database == null
        ? Database.inFolder(Path.of(incidents))
        : Database.at(CollectorSettings.postgres(database));
  }

  /** For a complaint; never the URL, which may hold a password. */
  String name() {
    return database == null ? "'" + incidents + "'" : "the database";
  }
}

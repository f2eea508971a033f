package dev.unpark.collector.incident;

/** Everything that outlives the process. */
public record Kept(
    IncidentStore incidents, IncidentBook book, EvidenceStore evidence, SqlInventory inventory) {}

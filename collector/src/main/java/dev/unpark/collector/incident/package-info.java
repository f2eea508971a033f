/**
 * What an operator has to deal with: one incident for one trouble of one service, however many
 * instances have it, from its first sight to its end, across restarts of theirs and of ours.
 *
 * <pre>
 *   findings of JVMs ─► IncidentBook ─► IncidentStore (committed) ─► listeners, API
 * </pre>
 *
 * <p>Nobody is told of an incident before it is on disk. So whatever a client was told survives the
 * death of the process.
 */
@NullMarked
package dev.unpark.collector.incident;

import org.jspecify.annotations.NullMarked;

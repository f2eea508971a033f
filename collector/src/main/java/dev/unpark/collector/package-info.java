/**
 * The collector: takes OTLP from a fleet of JVMs, diagnoses each, and says what it found.
 *
 * <pre>
 *   receive  OTLP over HTTP and gRPC: limits, status codes, sorting by JVM
 *   fleet    one state per JVM, one worker for each at a time: decoder, diagnosis, open findings
 *   incident one for the same trouble in many instances, on disk before anybody is told
 *   series   the latest point of every metric series, and all of it in Prometheus' words
 *   publish  what became of findings: log lines, OTLP events, counts
 *   serve    /metrics, the API, health
 * </pre>
 *
 * <p>Data goes one way, receive to fleet to publish; serve only reads. Whatever is held is bounded,
 * and whatever is refused or lost is told to the sender or counted under {@code
 * unpark.collector.*}. Of a JVM no state survives the process: its agent's next full frame brings
 * it back. Incidents survive it.
 */
@NullMarked
package dev.unpark.collector;

import org.jspecify.annotations.NullMarked;

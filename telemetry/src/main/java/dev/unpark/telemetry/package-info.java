/**
 * What goes over the wire: the names of metrics and events, and an observation as the body of an
 * OTLP log record, both directions.
 *
 * <p>An observation is delta-coded. A full frame says everything; the frames after it say only what
 * differs from <em>that full frame</em>, not from each other. Any of them may therefore be lost,
 * come twice or overtake another, as they do behind a load balancer or an OpenTelemetry Collector
 * with several senders, and the rest still decode. What that costs in size is bounded: as soon as a
 * delta would be half as large as the full frame, a new full frame is sent instead.
 *
 * <p>Nothing here opens a connection, reads a clock or knows an SDK. What is decoded may come from
 * anyone; it is bounded and checked before the model sees it.
 */
@NullMarked
package dev.unpark.telemetry;

import org.jspecify.annotations.NullMarked;

/**
 * OTLP as it arrives, over HTTP and gRPC.
 *
 * <p>Whatever comes is bounded before it is read: bytes on the wire, bytes unpacked, requests at
 * once. The answer tells the sender what became of it, in the words of the OTLP specification:
 * taken, taken in part, wrong, or come back later.
 */
@NullMarked
package dev.unpark.collector.receive;

import org.jspecify.annotations.NullMarked;

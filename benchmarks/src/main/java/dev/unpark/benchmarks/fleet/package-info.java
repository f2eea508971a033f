/**
 * A fleet of JVMs as a collector sees it: what one real JVM sent, recorded, and sent again under
 * the names of thousands.
 *
 * <p>Nothing here knows what an observation means. Of a recorded frame only its head is written
 * anew, so that what the collector has to read is what an agent wrote.
 */
@NullMarked
package dev.unpark.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;

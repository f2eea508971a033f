/**
 * Two services over HTTP that call each other, so that a call needs a worker of both.
 *
 * <p>The fault: as soon as as many payments are under way as the service has workers, none is left
 * for what the other service asks back, and none of these calls has a time-out. No thread waits for
 * a lock, and no JVM's own tools see a ring.
 */
@NullMarked
package dev.unpark.apps.mutual;

import org.jspecify.annotations.NullMarked;

/**
 * What changed between looks at one JVM: threads that came, ended, moved or stood still, pools that
 * grew, queues at locks.
 *
 * <p>Nothing here judges: a thread that stands still may be waiting rightly. The detectors judge.
 */
@NullMarked
package dev.unpark.diagnosis.series;

import org.jspecify.annotations.NullMarked;

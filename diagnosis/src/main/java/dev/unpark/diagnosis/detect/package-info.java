/**
 * One failure mode, one detector, one runbook, one test, all of one name.
 *
 * <p>A {@link dev.unpark.diagnosis.detect.Detector} looks at the timeline of one JVM and answers
 * with findings, each carrying the evidence for it. A detector keeps no state: what it needs of the
 * past stands in the timeline.
 */
@NullMarked
package dev.unpark.diagnosis.detect;

import org.jspecify.annotations.NullMarked;

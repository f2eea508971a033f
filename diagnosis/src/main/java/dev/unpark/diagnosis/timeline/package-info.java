/** The last looks at one JVM, in order of time. */
@NullMarked
package dev.unpark.diagnosis.timeline;

import org.jspecify.annotations.NullMarked;

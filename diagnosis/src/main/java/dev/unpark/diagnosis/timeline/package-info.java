/** The last looks at one JVM, in order of time, each with its wait-for graph. */
@NullMarked
package dev.unpark.diagnosis.timeline;

import org.jspecify.annotations.NullMarked;

/** Findings as text for people and as JSON for programs. Nothing here decides or computes. */
@NullMarked
package dev.unpark.diagnosis.report;

import org.jspecify.annotations.NullMarked;

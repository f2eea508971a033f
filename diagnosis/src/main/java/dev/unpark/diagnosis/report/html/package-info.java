/**
 * A report as one self-contained page: {@link dev.unpark.diagnosis.report.html.HtmlReport}.
 *
 * <p>The page loads nothing from anywhere, and says so to the browser: its policy allows the one
 * script that it brings, by hash, so that markup in a thread's name could not run even if it were
 * not escaped. Whatever comes from a dump goes through {@link
 * dev.unpark.diagnosis.report.html.Html#text} or an attribute, which escape it.
 */
@NullMarked
package dev.unpark.diagnosis.report.html;

import org.jspecify.annotations.NullMarked;

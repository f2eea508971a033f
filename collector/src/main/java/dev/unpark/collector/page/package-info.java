/**
 * The pages that people read in a browser.
 *
 * <p>A page itself holds no data: it is a frame with a script, which asks the API and writes what
 * it gets as text, never as markup. The only markup that crosses is made here or in {@link
 * dev.unpark.diagnosis.report.html}, where every name is escaped; the policy that comes with each
 * page allows no other script than the collector's own.
 */
@NullMarked
package dev.unpark.collector.page;

import org.jspecify.annotations.NullMarked;

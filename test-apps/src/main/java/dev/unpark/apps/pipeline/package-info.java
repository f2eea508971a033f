/**
 * Thumbnails that are made by a bounded number of functions at once, each of which writes to a
 * database.
 *
 * <p>The fault: all pictures of a day count in one row, which the functions change one after the
 * other. More functions at once would only wait longer; the limit in front keeps the database alive
 * and the queue grows.
 */
@NullMarked
package dev.unpark.apps.pipeline;

import org.jspecify.annotations.NullMarked;

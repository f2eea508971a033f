/** Real parts that several programs are made of: an embedded server, a database in memory. */
@NullMarked
package dev.unpark.apps.parts;

import org.jspecify.annotations.NullMarked;

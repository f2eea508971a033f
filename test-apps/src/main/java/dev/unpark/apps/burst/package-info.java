/**
 * A public API, with Tomcat, a connection pool, a database and a limiter, on which everybody wants
 * the same thing at once.
 *
 * <p>The fault: nothing limits what comes in, so that requests pile up before the one row that all
 * of them change. Those whose callers have given up are served as well, one after the other.
 */
@NullMarked
package dev.unpark.apps.burst;

import org.jspecify.annotations.NullMarked;

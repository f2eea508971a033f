/**
 * One small program per failure mode, each with its fault mended by {@code --healthy}.
 *
 * <p>They know nothing of Unpark and use what real programs use: the JDK's executors and locks, a
 * connection pool, an event loop. Each prints what it gets done, so that one sees it stop.
 */
@NullMarked
package dev.unpark.apps.mode;

import org.jspecify.annotations.NullMarked;

/**
 * Stands in for {@code java.util.logging} in the libraries that the agent carries.
 *
 * <p>The build rewrites their references to it. Were the real one touched before the application's
 * {@code main}, it would read its configuration and choose its log manager too early; and a line
 * about an unreachable endpoint would land in the application's log. What the libraries say is
 * dropped: the agent tells its user itself what he has to know.
 */
@NullMarked
package dev.unpark.agent.quiet;

import org.jspecify.annotations.NullMarked;

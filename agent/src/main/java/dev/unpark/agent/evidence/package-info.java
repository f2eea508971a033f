/**
 * Takes a profile when a finding is opened: five seconds of what threads do and which locks they
 * wait for, by async-profiler, whose jar the user brings.
 *
 * <p>Nothing here runs, and no native code is loaded, unless the option {@code evidence} is set and
 * something was found. One thread of the agent does all of it; a failure is told by one line, and
 * findings go on without.
 */
@NullMarked
package dev.unpark.agent.evidence;

import org.jspecify.annotations.NullMarked;

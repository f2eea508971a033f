/**
 * What the agent sees of servers and libraries of the application: HTTP requests, connection pools,
 * database errors, limiters, breakers, retries, consumers.
 *
 * <p>One {@link dev.unpark.agent.library.LibraryHook} = one library class, known by its name and
 * checked for the methods that the advice needs. {@link dev.unpark.agent.library.LibraryWeaver}
 * weaves it when it is loaded, in whichever class loader and as often as that happens; a version
 * that has changed shape is left alone, and said so.
 *
 * <p>Advice here calls {@link dev.unpark.agent.bootstrap} and the library's own cheap getters, and
 * nothing else. Of the application only weak references are kept. Nothing here is needed by the
 * hooks in the JDK, nor needs them.
 */
@NullMarked
package dev.unpark.agent.library;

import org.jspecify.annotations.NullMarked;

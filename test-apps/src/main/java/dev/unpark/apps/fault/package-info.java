/**
 * What every faulty program shares: its one switch, and the line by which it says that its fault
 * has come about.
 *
 * <p>The programs know nothing of Unpark. They say when they hang because a test has to measure how
 * long it took until somebody else noticed.
 */
@NullMarked
package dev.unpark.apps.fault;

import org.jspecify.annotations.NullMarked;

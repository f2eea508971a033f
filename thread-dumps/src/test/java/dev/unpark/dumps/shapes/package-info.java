/**
 * Real programs, each with one fault and a benign twin, dumped by the JDK's own tools.
 *
 * <p>One class is one shape: its {@code main} takes {@code faulty} or {@code benign}, gets into
 * that state, calls {@link dev.unpark.dumps.shapes.Stage#ready} and stays until its input ends.
 */
package dev.unpark.dumps.shapes;

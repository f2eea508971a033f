/**
 * Sends what was seen to an OTLP receiver.
 *
 * <p>One thread, one request at a time, a small outbox that loses its oldest entry first. The
 * application and the sampler never wait for the network. Losses are counted and exported as {@code
 * unpark.agent.events}.
 */
@NullMarked
package dev.unpark.agent.export;

import org.jspecify.annotations.NullMarked;

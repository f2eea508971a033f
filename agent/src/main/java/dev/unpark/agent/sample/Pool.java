package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ExecutorState;
import java.util.List;
import java.util.function.Supplier;

/**
 * One executor as it was seen, with what the observation does not carry.
 *
 * @param queue the queue, or the executor itself when it keeps several
 * @param tasks reads what is queued; bounded
 */
record Pool(
    Object executor,
    Object queue,
    Supplier<List<Object>> tasks,
    ExecutorState state,
    List<Thread> threads) {}

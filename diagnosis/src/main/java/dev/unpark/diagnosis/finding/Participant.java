package dev.unpark.diagnosis.finding;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part in a finding.
 *
 * @param thread the thread as it was last seen, with its stack
 * @param role what it does here
 * @param holds what it holds that matters here
 * @param waitsFor what it waits for, or null when it runs
 */
public record Participant(
    ObservedThread thread, Role role, List<Resource> holds, @Nullable Resource waitsFor) {
  public Participant {
    Objects.requireNonNull(thread);
    Objects.requireNonNull(role);
    holds = List.copyOf(holds);
  }
}

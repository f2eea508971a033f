package dev.unpark.agent.hook;

import dev.unpark.agent.bootstrap.PermitTable;

/** Reads from the table of permits what the current thread holds. */
final class PermitProbe {
  private PermitProbe() {}

  static int held() {
    int held = 0;
    for (int block = 0; block < PermitTable.CAPACITY; block++) {
      for (int entry = 0;
          entry < PermitTable.ENTRIES && PermitTable.thread(block) == Thread.currentThread();
          entry++) {
        held += PermitTable.lock(block, entry) == null ? 0 : PermitTable.units(block, entry);
      }
    }
    return held;
  }
}

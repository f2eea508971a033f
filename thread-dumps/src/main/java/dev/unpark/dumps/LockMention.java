package dev.unpark.dumps;

/**
 * One line below a frame that names a lock.
 *
 * @param verb what the line says of it
 * @param id which lock, empty when the line does not tell
 * @param className its class as printed, empty when the line does not tell
 */
record LockMention(Verb verb, String id, String className) {
  /** What a dump can say of a thread and a lock. */
  enum Verb {
    /** In {@code Object.wait}, to be notified. */
    WAITING_ON,
    /** Was notified, and waits for the monitor that it gave up. */
    RELOCKING,
    /** Waits to enter a monitor. */
    WAITING_TO_LOCK,
    /** Parked, with this object as blocker. */
    PARKING,
    /** Waits for another thread to initialise a class. */
    CLASS_INITIALIZATION,
    /** Entered here; not necessarily still held. */
    LOCKED
  }

  boolean names(Verb other) {
    return verb == other && !id.isEmpty();
  }
}

package dev.unpark.dumps;

import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;

/** Takes the events of one flight recording as they are read. */
interface RecordedEvents {
  /** One of the types of event that the recording knows, whether it holds such an event or not. */
  default void type(EventType type) {}

  void add(RecordedEvent event);

  /** Whether anything was taken yet. */
  boolean hasEvents();
}

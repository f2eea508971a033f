package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A thread as a dump prints it, filled line by line. Confined to its reader. */
final class PrintedThread {
  /** More frames, locks or synchronizers than this are not kept: no JVM prints so many. */
  static final int MOST = 20_000;

  /** Longer names, frames and ids are kept in part: no JVM prints such. */
  static final int LONGEST = 8000;

  String name;
  final int firstLine;
  int lastLine;

  /** Java's thread id, or -1. */
  long javaId = -1;

  /** Address of the JVM's own thread object, or 0. */
  long address;

  boolean virtual;

  /** False for the garbage collector's threads and their like, which run no Java code. */
  boolean runsJava;

  ThreadState state = ThreadState.UNKNOWN;

  /** Whether its header says that it waits in the JVM, whatever its state. */
  boolean inObjectWait;

  /** Processor time as printed, in milliseconds; empty when the form has none. */
  String cpu = "";

  /** Java's priority, or 0 when the form does not tell. */
  int priority;

  boolean daemon;

  /** Java id of the carrier that it is mounted on, or -1. */
  long carrier = -1;

  /** How often it was blocked and has waited, {@code 3:17}; empty when the form does not count. */
  String counts = "";

  final List<String> stack = new ArrayList<>();
  final List<LockMention> locks = new ArrayList<>();
  final List<LockMention> synchronizers = new ArrayList<>();

  /** The virtual thread that it carries, or null; some JDKs print nothing of it but its id. */
  @Nullable PrintedThread mounted;

  /**
   * What the {@link Interpreter} concludes: its id in the model, and what it waits for, or null.
   */
  long id;

  @Nullable PrintedWait wait;

  /** The virtual thread of that id is mounted on this one. */
  void carries(long virtualId, int line) {
    if (mounted == null && virtualId >= 0) {
      PrintedThread virtual = new PrintedThread("", line);
      virtual.virtual = true;
      virtual.runsJava = true;
      virtual.javaId = virtualId;
      virtual.carrier = javaId;
      mounted = virtual;
    }
  }

  PrintedThread(String name, int firstLine) {
    this.name = cut(name);
    this.firstLine = firstLine;
    this.lastLine = firstLine;
  }

  /** The beginning of a text that is longer than any that a JVM prints. */
  static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  /** The hash that tells one lock from another stands at the end of its id. */
  private static String cutId(String id) {
    return id.length() <= LONGEST ? id : id.substring(id.length() - LONGEST);
  }

  void frame(String frame) {
    if (stack.size() < MOST) {
      stack.add(frame);
    }
  }

  void mention(LockMention.Verb verb, String id, String className) {
    if (locks.size() < MOST) {
      locks.add(new LockMention(verb, cutId(id), cut(className)));
    }
  }

  void synchronizer(String id, String className) {
    if (synchronizers.size() < MOST) {
      synchronizers.add(new LockMention(LockMention.Verb.LOCKED, cutId(id), cut(className)));
    }
  }
}

package dev.unpark.agent.program;

import java.nio.file.Files;
import java.nio.file.Path;

/** A sign to go on, that a test gives to a program: a file in the program's folder. */
public final class Signal {
  private static final String NAME = "go";

  private Signal() {}

  /** Waits for the sign. */
  static void await(Path folder) throws InterruptedException {
    while (!Files.exists(folder.resolve(NAME))) {
      Thread.sleep(20);
    }
  }

  /** Gives the sign. */
  public static void give(Path folder) throws java.io.IOException {
    Files.createFile(folder.resolve(NAME));
  }
}

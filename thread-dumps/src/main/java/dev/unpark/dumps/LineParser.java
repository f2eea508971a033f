package dev.unpark.dumps;

/** Takes the lines of one file, of a form that is made of lines, in order. */
sealed interface LineParser
    permits HotSpotText,
        LoneDeadlock,
        ToFileText,
        ServiceabilityAgentText,
        Javacore,
        ThreadInfoText,
        ProgramText,
        JmxText,
        HsErr,
        NativeImageText {
  /**
   * @param number counted from 1
   * @param text without its line end
   */
  void line(int number, String text);

  /** Whether it has seen no thread of the dump at hand, whose form may then still be another. */
  boolean awaitsThread();

  /** The file is over, or another form begins. */
  void end();
}

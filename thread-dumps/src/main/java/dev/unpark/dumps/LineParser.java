package dev.unpark.dumps;

/** Takes the lines of one file, of a form that is made of lines, in order. */
sealed interface LineParser permits HotSpotText {
  /**
   * @param number counted from 1
   * @param text without its line end
   */
  void line(int number, String text);

  /** The file is over. */
  void end();
}

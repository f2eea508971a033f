package dev.unpark.agent.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Decodes the strings of HTTP/2 headers (RFC 7541, appendix B).
 *
 * <p>The code is canonical: the lengths of the symbols' codes tell the codes. A letter of {@link
 * #LENGTHS} is the length for one byte, from 'a' = 1.
 */
final class Huffman {
  private static final String LENGTHS =
      "mw|||||||x~||~||||||||~|||||||||fjjlmfhkjjhkhfffeeefffffffghoflj"
          + "mfgggggggggggggggggggggghghmsmnfoefefefffeggfffefgfeefgggggoknm|"
          + "tvttvvvwvwwwwwxwxxvwxwwwwuvwvwwxvutvvwwuwvvxuvwwuuvuwvwwtvvvwvvw"
          + "zztsvwvyzzz{{zxysuz{{z{xuuzz|{{{txtuvuuwvvyyxxzwz{zz{{{{{|{{{{{z";

  private static final int LONGEST = 30;

  /** By length: the first code, its position in {@link #SYMBOLS}, and how many there are. */
  private static final int[] FIRST = new int[LONGEST + 1];

  private static final int[] POSITION = new int[LONGEST + 1];
  private static final int[] NUMBER = new int[LONGEST + 1];
  private static final byte[] SYMBOLS = new byte[LENGTHS.length()];

  static {
    int code = 0;
    int position = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      FIRST[length] = code;
      POSITION[length] = position;
      for (int symbol = 0; symbol < LENGTHS.length(); symbol++) {
        if (LENGTHS.charAt(symbol) - 'a' + 1 == length) {
          SYMBOLS[position++] = (byte) symbol;
          NUMBER[length]++;
        }
      }
      code += NUMBER[length];
    }
  }

  private Huffman() {}

  static byte[] decode(byte[] packed, int from, int to) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream((to - from) * 2);
    int code = 0;
    int length = 0;
    for (int at = from; at < to; at++) {
      for (int bit = 7; bit >= 0; bit--) {
        code = code << 1 | packed[at] >> bit & 1;
        if (++length > LONGEST) {
          throw new IOException("a header that is not Huffman-coded");
        }
        int index = code - FIRST[length];
        if (index >= 0 && index < NUMBER[length]) {
          out.write(SYMBOLS[POSITION[length] + index]);
          code = 0;
          length = 0;
        }
      }
    }
    if (length > 7 || code != (1 << length) - 1) {
      throw new IOException("a header that ends within a Huffman code");
    }
    return out.toByteArray();
  }
}

package dev.unpark.agent.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Headers of HTTP/2 as they travel (RFC 7541), without the dynamic table: the peer is told that
 * there is none, and none is used.
 */
final class HeaderBlock {
  private static final int MOST = 200;

  /*
   * The fixed table as far as its values matter: of the rest, whose values a peer may name by
   * number too, none is of interest here.
   */
  private static final int FIRST_STATUS = 8;
  private static final String[] STATUSES = {"200", "204", "206", "304", "400", "404", "500"};
  private static final int FIXED = 61;

  private HeaderBlock() {}

  /** A header as a literal that the peer is not to remember. */
  static void write(ByteArrayOutputStream out, String name, String value) {
    out.write(0);
    text(out, name);
    text(out, value);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    if (length < 127) {
      out.write(length);
    } else {
      out.write(127);
      for (length -= 127; length >= 128; length >>= 7) {
        out.write(length & 127 | 128);
      }
      out.write(length);
    }
    out.writeBytes(bytes);
  }

  /** Reads a header block; a name of the fixed table other than {@code :status} stays a number. */
  static Map<String, String> read(byte[] block) throws IOException {
    return new Reader(block).all();
  }

  private static final class Reader {
    private final byte[] block;
    private int at;

    Reader(byte[] block) {
      this.block = block;
    }

    Map<String, String> all() throws IOException {
      Map<String, String> headers = new LinkedHashMap<>();
      while (at < block.length) {
        if (headers.size() > MOST) {
          throw new IOException("an answer of more than " + MOST + " headers");
        }
        int first = block[at] & 255;
        if ((first & 0x80) != 0) {
          int index = number(7);
          headers.put(name(index), value(index));
        } else if ((first & 0xE0) == 0x20) {
          number(5); // The table's new size, which can only be none.
        } else {
          int index = number((first & 0xC0) == 0x40 ? 6 : 4);
          String name = index == 0 ? text() : name(index);
          headers.put(name, text());
        }
      }
      return headers;
    }

    private static String name(int index) throws IOException {
      if (index < 1 || index > FIXED) {
        throw new IOException("a header by a number that nobody has given: " + index);
      }
      return value(index).isEmpty() ? "#" + index : ":status";
    }

    private static String value(int index) {
      int status = index - FIRST_STATUS;
      return status >= 0 && status < STATUSES.length ? STATUSES[status] : "";
    }

    private int number(int bits) throws IOException {
      int most = (1 << bits) - 1;
      int number = next() & most;
      if (number < most) {
        return number;
      }
      for (int shift = 0; shift <= 14; shift += 7) {
        int more = next();
        number += (more & 127) << shift;
        if ((more & 128) == 0) {
          return number;
        }
      }
      throw new IOException("a header of absurd length");
    }

    private String text() throws IOException {
      boolean coded = at < block.length && (block[at] & 0x80) != 0;
      int length = number(7);
      if (length > block.length - at) {
        throw new IOException("a header that ends too early");
      }
      int from = at;
      at += length;
      byte[] bytes = coded ? Huffman.decode(block, from, at) : Arrays.copyOfRange(block, from, at);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private int next() throws IOException {
      if (at >= block.length) {
        throw new IOException("a header that ends too early");
      }
      return block[at++] & 255;
    }
  }
}

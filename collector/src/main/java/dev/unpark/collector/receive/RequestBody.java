package dev.unpark.collector.receive;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Unpacks the body of a request, as far as the limit. */
final class RequestBody {
  private RequestBody() {}

  /**
   * The body without its content encoding.
   *
   * @param most bytes that it may have unpacked; a few kilobytes can unpack to gigabytes
   */
  static byte[] unpacked(RequestHeaders headers, byte[] body, long most) throws RefusedRequest {
    String encoding = headers.get("content-encoding", "identity").trim().toLowerCase(Locale.ROOT);
    return switch (encoding) {
      case "identity", "" -> body;
      case "gzip" -> gunzip(body, most);
      default ->
          throw new RefusedRequest(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "content_encoding",
              "content-encoding: found '%s', expected gzip or none".formatted(shown(encoding)));
    };
  }

  /** Text of a stranger's header, cut for a message. */
  static String shown(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() <= 80 ? plain : plain.substring(0, 80) + "...";
  }

  private static String why(IOException broken) {
    return broken instanceof EOFException ? "it ends too early" : shown("" + broken.getMessage());
  }

  private static byte[] gunzip(byte[] body, long most) throws RefusedRequest {
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(1024, 4 * body.length));
    byte[] chunk = new byte[16 * 1024];
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (out.size() + (long) n > most) {
          throw new RefusedRequest(
              HttpStatus.REQUEST_ENTITY_TOO_LARGE,
              "too_large",
              "the body unpacks to more than the %d bytes that are accepted".formatted(most));
        }
        out.write(chunk, 0, n);
      }
    } catch (IOException broken) {
      throw new RefusedRequest(
          HttpStatus.BAD_REQUEST, "malformed", "the body is not gzip: " + why(broken));
    }
    return out.toByteArray();
  }
}

package dev.unpark.collector.page;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Something that is the same for everybody until the collector is replaced. */
final class Asset {
  private final ResponseHeaders headers;
  private final byte[] content;
  private final String tag;

  /**
   * @param policy {@code Content-Security-Policy} of a page
   */
  Asset(MediaType type, String content, String policy) {
    this.content = content.getBytes(StandardCharsets.UTF_8);
    this.tag = '"' + hash(this.content) + '"';
    this.headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .add("etag", tag)
            // Asked for each time, and answered with a word when it is the same.
            .add("cache-control", "no-cache")
            .add("content-security-policy", policy)
            .add("x-content-type-options", "nosniff")
            .add("referrer-policy", "no-referrer")
            .add("cross-origin-opener-policy", "same-origin")
            .add("cross-origin-resource-policy", "same-origin")
            .build();
  }

  HttpResponse answer(HttpRequest request) {
    if (tag.equals(request.headers().get("if-none-match"))) {
      return HttpResponse.of(headers.toBuilder().status(HttpStatus.NOT_MODIFIED).build());
    }
    return HttpResponse.of(headers, HttpData.wrap(content));
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 12);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}

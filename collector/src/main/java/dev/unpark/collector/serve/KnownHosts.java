package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers only those who call the collector by a name that is its own.
 *
 * <p>A page of somebody else may have the name of its site point to the reader's own machine once
 * it is loaded (DNS rebinding). To the browser a collector there is then of the same site, and the
 * page may read it. It cannot keep the browser from telling that name in {@code Host}, though, and
 * nobody can have an address or {@code localhost} point elsewhere.
 *
 * <p>On loopback, only such names are taken, and those that are allowed by configuration. On other
 * addresses a collector cannot know what it is called: there any name is taken, until some are
 * allowed.
 */
public final class KnownHosts {
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[[0-9a-f:.%]+\\]");

  private final Set<String> names;
  private final boolean any;

  /**
   * @param listen address that the collector listens on
   * @param names that it is called by, besides addresses and {@code localhost}
   */
  public KnownHosts(String listen, List<String> names) {
    this.names = names.stream().map(KnownHosts::plain).collect(Collectors.toUnmodifiableSet());
    InetSocketAddress address = new InetSocketAddress(listen, 0);
    this.any =
        names.isEmpty() && !address.isUnresolved() && !address.getAddress().isLoopbackAddress();
  }

  /**
   * Guards a server that has no services yet.
   *
   * @param refusal answers a request that is refused, with these words
   */
  public void guard(ServerBuilder server, BiFunction<HttpRequest, String, HttpResponse> refusal) {
    if (any) {
      return;
    }
    server.decorator(
        (service, context, request) ->
            isOurs(request.authority())
                ? service.serve(context, request)
                : refusal.apply(request, shown(request.authority())));
  }

  /** Guards a server that has no services yet; it answers as the API does. */
  public void guard(ServerBuilder server) {
    guard(
        server,
        (request, found) ->
            Answers.error(HttpStatus.MISDIRECTED_REQUEST, "host", found, expected()));
  }

  /** What is expected instead of a name that is refused. */
  public static String expected() {
    return "an address, localhost, or a name of --allowed-host";
  }

  /** Whether a request with that {@code Host} is for us; one without is of no browser. */
  boolean isOurs(@Nullable String authority) {
    if (any || authority == null || authority.isEmpty()) {
      return true;
    }
    String host = plain(authority.replaceFirst(":\\d*$", ""));
    return ADDRESS.matcher(host).matches()
        || host.equals("localhost")
        || host.endsWith(".localhost")
        || names.contains(host);
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static String shown(@Nullable String authority) {
    return String.valueOf(authority).replaceAll("[^\\x20-\\x7e]", "?");
  }
}

package dev.unpark.collector;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** TLS of one server, by the JDK's own implementation. */
final class TlsSetup {
  private TlsSetup() {}

  static SessionProtocol protocol(CollectorSettings.Access access) {
    return access.certificate() == null ? SessionProtocol.HTTP : SessionProtocol.HTTPS;
  }

  /**
   * Adds the certificate.
   *
   * @param senders whether those who connect are senders, of whom a certificate may be asked
   */
  static void add(ServerBuilder server, CollectorSettings.Access access, boolean senders) {
    Path certificate = access.certificate();
    Path key = access.key();
    if (certificate == null || key == null) {
      return;
    }
    server.tls(TlsKeyPair.of(key.toFile(), certificate.toFile()));
    Path authorities = access.clientCa();
    if (authorities != null && senders) {
      server.tlsCustomizer(
          context -> context.trustManager(authorities.toFile()).clientAuth(ClientAuth.REQUIRE));
    }
  }

  /** Says what is wrong with the files; null when they can be read. */
  static @Nullable String complaint(CollectorSettings.Access access) {
    for (Path file : Arrays.asList(access.certificate(), access.key(), access.clientCa())) {
      if (file != null && !Files.isReadable(file)) {
        return "'%s' cannot be read".formatted(file);
      }
    }
    return null;
  }
}

package dev.unpark.agent.transport;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** Self-signed certificates for localhost, made by the JDK's keytool; all PEM. */
record Certificates(byte[] server, byte[] serverKey, byte[] client, byte[] clientKey) {
  private static final String PASSWORD = "changeit";

  static Certificates make(Path folder) throws Exception {
    KeyStore server = store(folder.resolve("server.p12"));
    KeyStore client = store(folder.resolve("client.p12"));
    return new Certificates(certificate(server), key(server), certificate(client), key(client));
  }

  private static KeyStore store(Path file) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-alias",
                    "own",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(new File(file + ".log"))
            .start();
    if (process.waitFor() != 0) {
      throw new AssertionError(Files.readString(Path.of(file + ".log")));
    }
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  private static byte[] certificate(KeyStore store) throws Exception {
    return pem("CERTIFICATE", store.getCertificate("own").getEncoded());
  }

  private static byte[] key(KeyStore store) throws Exception {
    return pem("PRIVATE KEY", store.getKey("own", PASSWORD.toCharArray()).getEncoded());
  }

  private static byte[] pem(String what, byte[] der) {
    return ("-----BEGIN "
            + what
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END "
            + what
            + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}

package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps that are posted. */
class DumpApiTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DUMP =
      """
      2026-01-31 12:00:00
      Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):

      "<script>alert(1)</script>" #31 prio=5 os_prio=0 cpu=1.00ms elapsed=60.00s tid=0x00007f0000000010 nid=0x10 waiting for monitor entry  [0x00007f0000001000]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat shop.Bank.transfer(Bank.java:41)
      \t- waiting to lock <0x000000070000aa00> (a shop.Account)
      \t- locked <0x000000070000bb00> (a shop.Account)

      "transfer-2" #32 prio=5 os_prio=0 cpu=1.00ms elapsed=60.00s tid=0x00007f0000000020 nid=0x11 waiting for monitor entry  [0x00007f0000002000]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat shop.Bank.transfer(Bank.java:41)
      \t- waiting to lock <0x000000070000bb00> (a shop.Account)
      \t- locked <0x000000070000aa00> (a shop.Account)

      JNI global refs: 15, weak refs: 0
      """;

  private Collector collector;

  @BeforeEach
  void start() throws StartFailure {
    collector =
        Collector.start(CollectorSettings.builder().ports(0, 0, 0).maxDumpBytes(4 << 20).build());
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void givenADeadlock_whenItsDumpIsPosted_thenTheAnswerHasTheCommandLinesShape() throws Exception {
    HttpResponse<byte[]> answer = post("?name=app.dump", DUMP.getBytes(StandardCharsets.UTF_8));
    JsonNode json = MAPPER.readTree(answer.body());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json.path("inputs").path(0).path("path").asText()).isEqualTo("app.dump");
    assertThat(json.path("inputs").path(0).path("dumps").path(0).path("threads").asInt())
        .isEqualTo(2);
    assertThat(json.path("findings").path(0).path("type").asText()).isEqualTo("deadlock");
  }

  @Test
  void givenAScriptAsThreadName_whenAPageIsAskedFor_thenItCannotRun() throws Exception {
    HttpResponse<byte[]> answer =
        post("", DUMP.getBytes(StandardCharsets.UTF_8), "Accept", "text/html");
    String page = new String(answer.body(), StandardCharsets.UTF_8);

    assertThat(answer.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("&lt;script&gt;alert(1)")
        .contains("default-src &#39;none&#39;")
        .doesNotContain("<script>alert");
  }

  @Test
  void givenMarkdownOrTextIsAskedFor_whenADumpIsPosted_thenThatIsTheAnswer() throws Exception {
    byte[] dump = DUMP.getBytes(StandardCharsets.UTF_8);

    assertThat(text(post("", dump, "Accept", "text/markdown"))).contains("## ", "deadlock");
    assertThat(text(post("", dump, "Accept", "text/plain"))).contains("deadlock", "transfer");
  }

  @Test
  void givenAFlightRecording_whenPosted_thenItIsReadAsOne(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("app.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ThreadDump").with("period", "beginChunk");
      recording.start();
      recording.stop();
      recording.dump(file);
    }

    HttpResponse<byte[]> answer = post("?name=app.jfr", Files.readAllBytes(file));
    JsonNode input = MAPPER.readTree(answer.body()).path("inputs").path(0);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(input.path("form").asText()).isEqualTo("jfr");
    assertThat(input.path("dumps")).isNotEmpty();
  }

  @Test
  void givenWhatIsNoDump_whenPosted_thenTheAnswerSaysWhatWasExpected() throws Exception {
    HttpResponse<byte[]> answer = post("?name=x.txt", "hello".getBytes(StandardCharsets.UTF_8));
    JsonNode problem = MAPPER.readTree(answer.body()).path("inputs").path(0).path("problem");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(problem.path("headline").asText())
        .isEqualTo("cannot read 'x.txt': no thread dump in it");
    assertThat(post("", new byte[0]).statusCode()).isEqualTo(422);
  }

  @Test
  void givenMoreThanIsAccepted_whenPosted_thenItIsRefusedAndTheNextOneIsTaken() throws Exception {
    for (int i = 0; i < 6; i++) {
      assertThat(post("", new byte[(4 << 20) + 1]).statusCode()).isEqualTo(413);
    }

    assertThat(post("", DUMP.getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(200);
  }

  @Test
  void givenAPageOfAnotherSite_whenItPosts_thenItIsRefused() throws Exception {
    byte[] dump = DUMP.getBytes(StandardCharsets.UTF_8);
    String own = "http://127.0.0.1:" + collector.webPort();

    assertThat(post("", dump, "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    assertThat(post("", dump, "Origin", "null").statusCode()).isEqualTo(403);
    assertThat(post("", dump, "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
    assertThat(post("", dump, "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
    assertThat(post("", dump, "Origin", own, "Sec-Fetch-Site", "same-origin").statusCode())
        .isEqualTo(200);
    assertThat(
            Http.send(
                    "POST",
                    collector.webPort(),
                    "/api/incidents/x/acknowledge",
                    "{}".getBytes(StandardCharsets.UTF_8),
                    "Origin",
                    "http://evil.example")
                .statusCode())
        .isEqualTo(403);
  }

  private HttpResponse<byte[]> post(String query, byte[] body, String... headers) throws Exception {
    return Http.send("POST", collector.webPort(), "/api/dumps" + query, body, headers);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}

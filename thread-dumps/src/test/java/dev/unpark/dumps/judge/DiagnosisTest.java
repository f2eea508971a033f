package dev.unpark.dumps.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import dev.unpark.dumps.DumpReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Dumps of real JVMs, put together in every way in which a user may hold them. */
class DiagnosisTest {
  private static final String PRINT = text("virtual-25-l-e.txt");
  private static final String FILE = text("virtual-25.json");
  private static final String LOCKS = text("locks-17-l.txt");
  private static final String LATER = text("locks-17-l-later.txt");

  private static String text(String name) {
    try (InputStream in = DumpReader.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The files are called 1, 2 and so on. */
  private static List<DumpFile> files(String... contents) {
    List<DumpFile> files = new ArrayList<>();
    for (String content : contents) {
      InputStream in = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
      try {
        files.add(
            new DumpReader(ZoneOffset.UTC)
                .read(Integer.toString(files.size() + 1), in, Instant.EPOCH));
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return files;
  }

  private static List<Diagnosis> of(String... contents) {
    return Diagnosis.of(files(contents), KnownStacks.standard());
  }

  private static Subject told(Diagnosis diagnosis) {
    return new Subjects(ZoneOffset.UTC, false).of(diagnosis, finding -> false);
  }

  @Test
  void givenBothFormsOfOneMoment_whenDiagnosed_thenTheyAreOneLook() {
    Diagnosis diagnosis = of(PRINT, FILE).get(0);

    assertThat(diagnosis.looks()).hasSize(1);
    assertThat(diagnosis.pairing().pairs()).hasSize(1);
    assertThat(diagnosis.findings()).extracting(Finding::type).containsExactly("deadlock");
    assertThat(told(diagnosis).heading())
        .startsWith("1, 2 (two dumps of one moment, joined), pid 30808, JDK 25.0.3, ");
  }

  @Test
  void givenNoProcessIdInOne_whenDiagnosed_thenTheOnlyOneThatFitsIsJoined() {
    String nameless = PRINT.replaceFirst("30808:\n", "");

    assertThat(of(nameless, FILE)).hasSize(1);
    assertThat(of(FILE, nameless).get(0).jvm().pid()).isEqualTo(30808);
    String replica = nameless.replace("tid=0x0000", "tid=0x0001");
    assertThat(of(nameless, replica, FILE)).as("either may be meant").hasSize(3);
  }

  @Test
  void givenAnotherMoment_whenDiagnosed_thenTheReportSaysHowFarApart() {
    assertThat(told(of(PRINT.replace("00:28:23", "00:28:53"), FILE).get(0)).heading())
        .contains("are 29 s apart and not joined, which takes 10 s at most)");
    assertThat(told(of(PRINT.replace("00:28:23", "00:33:23"), FILE).get(0)).heading())
        .contains("are 4 min apart and not joined")
        .doesNotContain("time zone");
    assertThat(told(of(PRINT.replace("00:28:23", "05:28:23"), FILE).get(0)).heading())
        .contains("run it with TZ=ZONE if only the time zone differs");
    assertThat(told(of(PRINT.replace("2026-11-24 00", "2016-11-24 00"), FILE).get(0)).heading())
        .contains(" h apart and not joined")
        .doesNotContain("time zone");
  }

  @Test
  void givenTwoJvmsOfOneProcessId_whenDiagnosed_thenTheirAddressesTellThemApart() {
    String replica = PRINT.replace("tid=0x0000", "tid=0x0001");

    List<Diagnosis> both = of(PRINT, replica, FILE);

    assertThat(both).hasSize(3);
    assertThat(both.get(2).sources()).containsExactly("3");
    assertThat(both).allMatch(each -> each.pairing().pairs().isEmpty());
  }

  private static String cut(String dump) {
    return dump.substring(0, dump.indexOf("\"transfer-1\""));
  }

  private static String at(String time, String dump) {
    return dump.replaceFirst("00:28:\\d\\d", time);
  }

  private static Finding only(String... contents) {
    List<Finding> findings = of(contents).get(0).findings();
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }

  @Test
  void givenACutDumpBehindAWholeOne_whenDiagnosed_thenWhatItLacksIsNotOver() {
    Finding behind = only(LOCKS, cut(at("00:29:00", LATER)));

    assertThat(behind.state()).isNotEqualTo(Finding.State.CLOSED);
    assertThat(behind.certainty()).isEqualTo(Certainty.SUSPECTED);
  }

  @Test
  void givenTheHeadOfADumpWithoutThreads_whenDiagnosed_thenIsNoLook() {
    String head = LATER.substring(0, 150);

    assertThat(of(LOCKS + head)).singleElement().extracting(d -> d.looks().size()).isEqualTo(1);
    assertThat(of(head)).isEmpty();
  }

  @Test
  void givenACutDumpBetweenWholeOnes_whenDiagnosed_thenTheseProveAllTheSame() {
    Finding finding = only(LOCKS, cut(at("00:28:40", LOCKS)), at("00:29:00", LATER));

    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.state()).isNotEqualTo(Finding.State.CLOSED);
    assertThat(of(LOCKS, cut(at("00:28:40", LOCKS)), at("00:29:00", LATER)).get(0).series())
        .hasSize(2);
  }

  @Test
  void givenACutDumpThatShowsTheSame_whenDiagnosed_thenItProves() {
    String first = LOCKS.substring(0, LOCKS.indexOf("\"Attach Listener\""));
    String later = LATER.substring(0, LATER.indexOf("\"Attach Listener\""));

    assertThat(List.of(only(LOCKS, later), only(first, LATER), only(first, later)))
        .extracting(Finding::certainty)
        .containsOnly(Certainty.PROVEN);
  }

  @Test
  void givenTwoDumpsInAnyOrder_whenDiagnosed_thenTheyProve() {
    assertThat(of(LOCKS, LATER).get(0).findings())
        .singleElement()
        .extracting(Finding::certainty)
        .isEqualTo(Certainty.PROVEN);
    assertThat(of(LATER, LOCKS).get(0).series()).hasSize(2);
    assertThat(of(LOCKS, LOCKS).get(0).looks()).as("a copy is no second look").hasSize(1);
    assertThat(of(LOCKS, PRINT)).hasSize(2);
  }

  @Test
  void givenDumpsOfAnUnknownJvm_whenDiagnosed_thenTheyBelongToTheirFile() {
    String bare =
        """
        "worker" #9 prio=5 tid=0x01 nid=0x2 waiting on condition [0x00]
           java.lang.Thread.State: WAITING (parking)
        \tat shop.Work.run(Work.java:1)

        """;

    assertThat(of(bare, bare.replace("Work.java:1", "Work.java:2"))).hasSize(2);
    assertThat(told(of(bare).get(0)).heading()).isEqualTo("1, 1 thread, 1 dump");
  }

  private static String queue(String clock, String owner, int waiters) {
    StringBuilder dump =
        new StringBuilder("2026-11-24 " + clock + "\nFull thread dump X (17.0.1+1 m):\n\n");
    thread(dump, "Reference Handler", 1, "RUNNABLE", "\tat a.B.c(B.java:1)\n");
    thread(
        dump, owner, 2, "RUNNABLE", "\tat shop.A.b(A.java:1)\n\t- locked <0x01> (a shop.Lock)\n");
    for (int i = 0; i < waiters; i++) {
      thread(
          dump,
          "http-" + i,
          10 + i,
          "BLOCKED (on object monitor)",
          "\tat shop.A.c(A.java:2)\n\t- waiting to lock <0x01> (a shop.Lock)\n");
    }
    return dump + "JNI global refs: 1, weak refs: 0\n\n";
  }

  private static void thread(StringBuilder out, String name, int id, String state, String stack) {
    out.append(
        String.format(
            Locale.ROOT,
            "\"%s\" #%d prio=5 os_prio=0 cpu=1.00ms elapsed=9.00s tid=0x00007f00000010%02x nid=0x%x"
                + " runnable  [0x00007f0000000000]\n   java.lang.Thread.State: %s\n%s\n",
            name,
            id,
            id,
            id,
            state,
            stack));
  }

  @Test
  void givenAdviceThatALaterDumpWithdraws_whenDiagnosed_thenItIsNotTold() {
    String busy = queue("10:00:00", "clerk", 6);
    String crowded = queue("10:00:00", "clerk", 12);
    String calm = queue("10:00:05", "clerk", 0);

    assertThat(of(busy).get(0).findings())
        .singleElement()
        .extracting(Finding::severity)
        .isEqualTo(Severity.ADVICE);
    assertThat(of(busy, calm).get(0).findings()).isEmpty();
    assertThat(of(crowded, calm).get(0).findings())
        .as("a warning stays, as over")
        .singleElement()
        .extracting(Finding::state)
        .isEqualTo(Finding.State.CLOSED);
  }

  private static String json(List<DumpFile> files) {
    List<Diagnosis> diagnoses = Diagnosis.of(files, KnownStacks.standard());
    List<Input> inputs = files.stream().map(file -> Input.judged(file.source(), file)).toList();
    List<Subject> subjects = diagnoses.stream().map(DiagnosisTest::told).toList();
    Report report = new Report("1", List.of(), subjects, List.of());
    return new JsonReport(diagnoses).render(inputs, report, more -> more.name("more").value(1));
  }

  @Test
  void givenWhatWasJoined_whenPrinted_thenEachDumpNamesTheOther() {
    assertThat(json(files(PRINT, FILE)))
        .contains("\"form\":\"hotspot\",\"joinedWith\":\"2\"")
        .contains("\"form\":\"dump_to_file-json\",\"joinedWith\":\"1\"")
        .endsWith("\"accepted\":[],\"more\":1}\n");
    assertThat(json(files(PRINT))).doesNotContain("joinedWith");
  }

  private static String complaint(String content) {
    Input input = Input.judged("a", files(content).get(0));
    return Objects.requireNonNull(input.complaint()).render();
  }

  @Test
  void givenWhatIsNoWholeDump_whenJudged_thenTheComplaintSaysWhatItIs() {
    assertThat(complaint("")).contains("the file is empty", "0 bytes");
    assertThat(complaint("\n\n")).contains("2 blank lines");
    assertThat(complaint("PID USER\n")).contains("no thread dump in it", "line 1: PID USER");
    assertThat(complaint("x\u0001\u0002\u0003\u0004 \n")).contains("binary data");
    assertThat(complaint("x".repeat(300))).contains("x".repeat(200) + "...");
    assertThat(complaint(LOCKS.substring(0, 6000))).contains("ends too soon");
    assertThat(complaint("2026-11-24 10:00:00\nFull thread dump X (17.0.1+1 m):\n\n"))
        .contains("the dump has no threads");
    assertThat(Input.judged("a", files(LOCKS).get(0)).complaint()).isNull();
    assertThat(new Input("-", null, null).name()).isEqualTo("standard input");
  }

  private static String pipedComplaint(String content) {
    Input input = Input.judged("-", files(content).get(0));
    return Objects.requireNonNull(input.complaint()).render();
  }

  @Test
  void givenStandardInput_whenJudged_thenTheComplaintCallsItSo() {
    assertThat(pipedComplaint("")).contains("cannot read standard input: it is empty");
    assertThat(pipedComplaint("PID USER\n")).contains("| unpark diagnose -");
    assertThat(pipedComplaint(LOCKS.substring(0, 6000))).startsWith("standard input ends too soon");
    assertThat(pipedComplaint("FLR\0 and more"))
        .contains("as a stream is", "unpark recording FILE");
  }

  @Test
  void givenARecordingWithoutDumps_whenJudged_thenItIsNoAllClear() {
    DumpFile empty = new DumpFile("a", DumpForm.RECORDING, List.of(), 1, "FLR");
    Input whole = new Input("a", files(LOCKS).get(0), null);
    Input unread = new Input("a", null, null);

    assertThat(Input.judgedRecording(new Input("a", empty, null)).complaint()).isNotNull();
    assertThat(Input.judgedRecording(whole)).isSameAs(whole);
    assertThat(Input.judgedRecording(unread)).isSameAs(unread);
  }

  @Test
  void givenLiveLooks_whenTold_thenTheyAreNoDumps() {
    Subjects live = new Subjects(ZoneOffset.UTC, true);

    assertThat(live.of(of(LOCKS).get(0), finding -> true).heading()).endsWith("looked at once");
    assertThat(live.of(of(LOCKS, LATER).get(0), finding -> true).heading())
        .endsWith("looked at twice 1.0 s apart");
    assertThat(live.of(of(LOCKS, LATER).get(0), finding -> true).accepted()).hasSize(1);
    String third = queue("10:00:10", "clerk", 0);
    assertThat(
            live.of(
                    of(queue("10:00:00", "clerk", 0), queue("10:00:05", "clerk", 6), third).get(0),
                    finding -> true)
                .heading())
        .endsWith("looked at 3 times within 10.0 s");
  }

  @Test
  void givenTwoPairsOrHalfAPair_whenDiagnosed_thenWhatIsJoinedIsOneLookEach() {
    String laterPrint = PRINT.replace("00:28:23", "00:29:23");
    String laterFile = FILE.replace("T00:28:", "T00:29:");

    assertThat(told(of(PRINT, FILE, laterPrint, laterFile).get(0)).heading())
        .contains("(2 pairs of dumps, each of one moment, joined)", "2 dumps within");
    Diagnosis half = of(PRINT, FILE, laterPrint).get(0);
    assertThat(half.looks()).hasSize(2);
    assertThat(half.findings()).extracting(Finding::type).contains("deadlock");
  }

  @Test
  void givenCopies_whenTheyHaveNoTime_thenAnotherFileTellsThemFromALaterLook() {
    String untimed = LOCKS.replaceFirst("(?m)^20.*\n", "");

    assertThat(of(untimed, untimed).get(0).looks()).hasSize(1);
    assertThat(of(LOCKS, untimed).get(0).looks()).hasSize(1);
    assertThat(of(untimed, LOCKS).get(0).looks()).hasSize(1);
    assertThat(of(untimed + "\n" + untimed).get(0).looks()).hasSize(2);
  }
}

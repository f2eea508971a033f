package dev.unpark.diagnosis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskTest {
  private static final String HOST = "poller-db7.bank.example-10.1.2.3-8080-ann@bank.example-";

  private static Observation look(long millis) {
    return new Scene()
        .waits(31, HOST + 1, "Lock@2", "1", false, "shop.Bank.move(Bank.java:31)")
        .waits(32, HOST + 2, "Lock@1", "1", false, "shop.Bank.move(Bank.java:31)")
        .waits(33, "pool-1-thread-7", "Lock@1", "1", false, "java.lang.Object.wait(Object.java:1)")
        .monitor("Lock@1", "shop.Ledger", 31)
        .monitor("Lock@2", "shop.Ledger", 32)
        .at(millis);
  }

  private static Finding finding(Mask mask) {
    Diagnostician diagnostician = new Diagnostician();
    diagnostician.observe(mask.observation(look(0)));
    diagnostician.observe(mask.observation(look(2_000)));
    return diagnostician.active().get(0);
  }

  @Test
  void givenNamesToHide_whenDiagnosed_thenTheSameIsFoundAndNoNameIsLeft() {
    Finding finding = finding(new Mask(false));

    assertThat(finding.headline())
        .isEqualTo("2 threads wait for each other: masked-a-1 and masked-a-2");
    assertThat(FindingJson.line(finding))
        .contains("shop.Bank.move", "pool-1-thread-7", "\"service\":\"jvm-1\"")
        .doesNotContain("bank.example", "10.1.2.3", "db7", "ann@", "shop-7");
  }

  @Test
  void givenClassesToHide_whenDiagnosed_thenOnlyPublicOnesAreLeft() {
    Finding finding = finding(new Mask(true));

    assertThat(finding.certainty().label()).isEqualTo("proven");
    assertThat(FindingJson.line(finding))
        .contains("java.lang.Object.wait(Object.java:1)", "(C1.java:31)")
        .doesNotContain("shop", "Bank", "Ledger", "move");
  }

  @Test
  void givenOneName_whenMaskedTwice_thenIsTheSame() {
    MaskedNames names = new MaskedNames();

    assertThat(List.of(names.thread("a-1"), names.thread("b-1"), names.thread("a-2")))
        .containsExactly("masked-a-1", "masked-b-1", "masked-a-2");
    assertThat(names.thread("a-1")).isEqualTo("masked-a-1");
    assertThat(names.pattern("a-#")).isEqualTo("masked-a-#");
    assertThat(names.thread("main")).isEqualTo("main");
    assertThat(names.other("input", "/home/ann/app.dump")).isEqualTo("input-1");
  }

  @Test
  void givenFramesOfManyKinds_whenMasked_thenPlacesStayComparable() {
    MaskedCode code = new MaskedCode();

    assertThat(code.frame("com.acme.Job.run(Job.java:3)")).isEqualTo("masked.C1.m1(C1.java:3)");
    assertThat(code.frame("com.acme.Job.stop(Native Method)")).isEqualTo("masked.C1.m2(C1.java)");
    assertThat(code.frame("org.apache.tomcat.Poller.run(Poller.java:1)"))
        .isEqualTo("org.apache.tomcat.Poller.run(Poller.java:1)");
    assertThat(code.frame("")).isEmpty();
    assertThat(code.frame("odd")).isEqualTo(".m3");
  }
}

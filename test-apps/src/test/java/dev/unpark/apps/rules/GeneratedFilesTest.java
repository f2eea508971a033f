package dev.unpark.apps.rules;

import org.junit.jupiter.api.Test;

/** What is made from code is as the code would make it now. */
class GeneratedFilesTest {
  @Test
  void givenTheTableOfMetrics_whenMadeIntoAPage_thenThatIsTheCommittedOne() throws Exception {
    GeneratedFile.assertFresh("docs/metrics.md", MetricsPage.render());
  }
}

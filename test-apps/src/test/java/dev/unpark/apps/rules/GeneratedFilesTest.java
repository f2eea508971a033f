package dev.unpark.apps.rules;

import dev.unpark.apps.dashboard.Dashboards;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made from code is as the code would make it now. */
class GeneratedFilesTest {
  @Test
  void givenTheTableOfMetrics_whenMadeIntoAPage_thenThatIsTheCommittedOne() throws Exception {
    GeneratedFile.assertFresh("docs/metrics.md", MetricsPage.render());
  }

  @Test
  void givenTheDashboards_whenMadeIntoFiles_thenThoseAreTheCommittedOnes() throws Exception {
    for (Map.Entry<String, String> file : Dashboards.all().entrySet()) {
      GeneratedFile.assertFresh("grafana-dashboards/" + file.getKey(), file.getValue());
    }
  }
}

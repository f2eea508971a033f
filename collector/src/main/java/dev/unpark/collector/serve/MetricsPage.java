package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.collector.series.Exposition;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics}, in the form that the scraper accepts.
 *
 * <p><b>Threading:</b> one page is made at a time, on a thread of the blocking pool; a page of a
 * fleet is large, and ten at once would be ten times as large.
 */
public final class MetricsPage implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);

  private final Fleet fleet;
  private final SelfMetrics self;
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final ReentrantLock oneAtATime = new ReentrantLock();

  public MetricsPage(Fleet fleet, SelfMetrics self) {
    this.fleet = fleet;
    this.self = self;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
    }
    ExpositionFormatWriter writer =
        formats.findWriter(request.headers().get("accept", "text/plain"));
    return HttpResponse.of(() -> page(writer), context.blockingTaskExecutor());
  }

  private HttpResponse page(ExpositionFormatWriter writer) {
    oneAtATime.lock();
    try {
      Exposition page = new Exposition();
      self.visit(page::add);
      for (WatchedJvm jvm : fleet.jvms()) {
        page.addJvm(
            jvm.identity(),
            jvm.resource(),
            jvm.lastLook() != null,
            jvm.series(),
            jvm.counts(),
            jvm.open());
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer.write(out, page.snapshots());
      if (page.leftOut() > 0) {
        self.dropped(Signal.METRICS, "type_conflict", page.leftOut());
      }
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .contentType(MediaType.parse(writer.getContentType()))
              .build(),
          HttpData.wrap(out.toByteArray()));
    } catch (IOException | RuntimeException fault) {
      LOG.atError().setCause(fault).log("internal fault while making the metrics page");
      return HttpResponse.of(HttpStatus.INTERNAL_SERVER_ERROR);
    } finally {
      oneAtATime.unlock();
    }
  }
}

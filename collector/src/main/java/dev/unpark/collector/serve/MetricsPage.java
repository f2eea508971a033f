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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics}, in the form that the scraper accepts.
 *
 * <p><b>Threading:</b> one page is made at a time, on a thread of its own: a page of a fleet is
 * large, ten at once would be ten times as large, and nobody else is to wait for it. <b>When
 * full:</b> a scraper is told to come back.
 */
public final class MetricsPage implements HttpService, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
  private static final int MOST_WAITING = 8;

  private final Fleet fleet;
  private final SelfMetrics self;
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final ThreadPoolExecutor oneAtATime =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          task -> {
            Thread thread = new Thread(task, "unpark-metrics");
            thread.setDaemon(true);
            return thread;
          });

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
    try {
      return HttpResponse.of(() -> page(writer), oneAtATime);
    } catch (RejectedExecutionException full) {
      return Answers.comeBack("metrics", MOST_WAITING + " scrapers wait already");
    }
  }

  private HttpResponse page(ExpositionFormatWriter writer) {
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
    }
  }

  @Override
  public void close() {
    oneAtATime.shutdownNow();
  }
}

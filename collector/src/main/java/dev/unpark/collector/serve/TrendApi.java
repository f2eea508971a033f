package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.collector.history.ExecutorTrend;
import dev.unpark.collector.history.LockTrend;
import dev.unpark.collector.history.Trends;
import dev.unpark.diagnosis.report.JsonWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The part of the API that shows which locks and executors cost most. */
public final class TrendApi {
  private final Trends trends;

  public TrendApi(Trends trends) {
    this.trends = trends;
  }

  /** Adds the API to a server. */
  public void addTo(ServerBuilder server) {
    server.service("/api/locks", Queries.get(this::locks));
    server.service("/api/executors", Queries.get(this::executors));
  }

  private HttpResponse locks(ServiceRequestContext context) throws Queries.Unclear {
    ToLongFunction<LockTrend> weight =
        switch (Queries.word(context, "sort", "wait", "hold", "contentions", "waiters")) {
          case "hold" -> lock -> sum(lock.holdMillis());
          case "contentions" -> lock -> sum(lock.contentions());
          case "waiters" -> LockTrend::waiters;
          default -> lock -> sum(lock.waitMillis());
        };
    String service = context.queryParams().get("service");
    Stream<LockTrend> found =
        trends.locks().stream().filter(each -> service == null || each.service().equals(service));
    return answer(context, "locks", found, weight, TrendApi::lock);
  }

  private HttpResponse executors(ServiceRequestContext context) throws Queries.Unclear {
    ToLongFunction<ExecutorTrend> weight =
        switch (Queries.word(context, "sort", "queue-time", "queued", "active", "rejected")) {
          case "queued" -> each -> most(each.queued());
          case "active" -> each -> most(each.active());
          case "rejected" -> each -> sum(each.rejected());
          default -> each -> most(each.oldestMillis());
        };
    String service = context.queryParams().get("service");
    Stream<ExecutorTrend> found =
        trends.executors().stream()
            .filter(each -> service == null || each.service().equals(service));
    return answer(context, "executors", found, weight, TrendApi::executor);
  }

  private interface Row<T> {
    void write(JsonWriter json, T row);
  }

  private <T> HttpResponse answer(
      ServiceRequestContext context,
      String name,
      Stream<T> found,
      ToLongFunction<T> weight,
      Row<T> row)
      throws Queries.Unclear {
    int most = Queries.number(context, "limit", 50, 1, 1_000);
    List<T> sorted = found.sorted(Comparator.comparingLong(weight).reversed()).toList();
    long step = Trends.STEP.toMillis();
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("from").value(trends.lastStep() - (Trends.STEPS - 1) * step);
    json.name("step").value(step);
    json.name("total").value(sorted.size());
    json.name(name).beginArray();
    sorted.stream().limit(most).forEach(each -> row.write(json, each));
    json.endArray().endObject();
    return Answers.json(json);
  }

  private static void lock(JsonWriter json, LockTrend lock) {
    json.beginObject();
    json.name("service").value(lock.service());
    json.name("kind").value(lock.kind());
    json.name("class").value(lock.type());
    json.name("site").value(lock.site());
    json.name("jvms").value(lock.jvms());
    json.name("waiters").value(lock.waiters());
    json.name("waitMillis").value(sum(lock.waitMillis()));
    json.name("contentions").value(sum(lock.contentions()));
    long hold = sum(lock.holdMillis());
    if (hold > 0) {
      json.name("holdMillis").value(hold);
    }
    history(
        json,
        history -> {
          numbers(history.name("waitMillis"), lock.waitMillis());
          numbers(history.name("contentions"), lock.contentions());
          numbers(history.name("holdMillis"), lock.holdMillis());
        });
    json.endObject();
  }

  private static void executor(JsonWriter json, ExecutorTrend executor) {
    json.beginObject();
    json.name("service").value(executor.service());
    json.name("name").value(executor.name());
    json.name("type").value(executor.type());
    json.name("site").value(executor.site());
    json.name("executors").value(executor.executors());
    json.name("workers").value(executor.workers());
    if (executor.limit() >= 0) {
      json.name("limit").value(executor.limit());
    }
    json.name("queued").value(last(executor.queued()));
    json.name("active").value(last(executor.active()));
    json.name("oldestMillis").value(last(executor.oldestMillis()));
    json.name("rejected").value(sum(executor.rejected()));
    json.name("completed").value(sum(executor.completed()));
    history(
        json,
        history -> {
          numbers(history.name("queued"), executor.queued());
          numbers(history.name("active"), executor.active());
          numbers(history.name("oldestMillis"), executor.oldestMillis());
          numbers(history.name("rejected"), executor.rejected());
          numbers(history.name("completed"), executor.completed());
        });
    json.endObject();
  }

  private static void history(JsonWriter json, Consumer<JsonWriter> rows) {
    json.name("history").beginObject();
    rows.accept(json);
    json.endObject();
  }

  private static void numbers(JsonWriter json, long[] values) {
    json.beginArray();
    for (long value : values) {
      json.value(value);
    }
    json.endArray();
  }

  private static long sum(long[] values) {
    return Arrays.stream(values).sum();
  }

  private static long most(long[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static long last(long[] values) {
    return values[values.length - 1];
  }
}

package dev.unpark.suites;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.QueueTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.TestStringQueueGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import junit.framework.AssertionFailedError;
import junit.framework.Test;
import junit.framework.TestListener;
import junit.framework.TestResult;
import junit.framework.TestSuite;

/**
 * Guava's conformance tests on the JDK's concurrent collections. Prints one line for each: its name
 * and whether it passed.
 */
public final class Conformance {
  private Conformance() {}

  public static void main(String[] arguments) {
    TestSuite all = new TestSuite();
    all.addTest(queue("ArrayBlockingQueue", list -> new ArrayBlockingQueue<>(100, false, list)));
    all.addTest(queue("LinkedBlockingQueue", LinkedBlockingQueue::new));
    all.addTest(queue("LinkedBlockingDeque", LinkedBlockingDeque::new));
    all.addTest(queue("LinkedTransferQueue", LinkedTransferQueue::new));
    all.addTest(queue("ConcurrentLinkedQueue", ConcurrentLinkedQueue::new));
    all.addTest(queue("ConcurrentLinkedDeque", ConcurrentLinkedDeque::new));
    all.addTest(map("ConcurrentHashMap", ConcurrentHashMap::new));
    all.addTest(map("ConcurrentSkipListMap", ConcurrentSkipListMap::new));
    TestResult result = new TestResult();
    result.addListener(new Outcomes());
    all.run(result);
    System.exit(0);
  }

  private static TestSuite queue(String name, Function<Collection<String>, Queue<String>> maker) {
    return QueueTestSuiteBuilder.using(
            new TestStringQueueGenerator() {
              @Override
              protected Queue<String> create(String[] elements) {
                return maker.apply(Arrays.asList(elements));
              }
            })
        .named(name)
        .withFeatures(CollectionSize.ANY, CollectionFeature.GENERAL_PURPOSE, CollectionFeature.KNOWN_ORDER)
        .createTestSuite();
  }

  private static TestSuite map(String name, Supplier<ConcurrentMap<String, String>> maker) {
    return ConcurrentMapTestSuiteBuilder.using(
            new TestStringMapGenerator() {
              @Override
              protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                Map<String, String> map = maker.get();
                for (Map.Entry<String, String> entry : entries) {
                  map.put(entry.getKey(), entry.getValue());
                }
                return map;
              }
            })
        .named(name)
        .withFeatures(
            CollectionSize.ANY,
            MapFeature.GENERAL_PURPOSE,
            CollectionFeature.SUPPORTS_ITERATOR_REMOVE)
        .createTestSuite();
  }

  private static final class Outcomes implements TestListener {
    private String outcome;

    @Override
    public void startTest(Test test) {
      outcome = "pass";
    }

    @Override
    public void addError(Test test, Throwable error) {
      outcome = "fail";
    }

    @Override
    public void addFailure(Test test, AssertionFailedError failure) {
      outcome = "fail";
    }

    @Override
    public void endTest(Test test) {
      System.out.println(test + "\t" + outcome);
    }
  }
}

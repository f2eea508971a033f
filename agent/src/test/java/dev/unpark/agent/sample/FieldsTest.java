package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.agent.HostJvm;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fields of classes that are not as classes should be; also a program that runs by itself. */
@Timeout(60)
class FieldsTest {
  private static final CountDownLatch STUCK = new CountDownLatch(1);
  private static volatile HalfMade halfMade;

  /** Its initialiser never ends, though there is an instance already. */
  private static final class HalfMade implements Runnable {
    static final Queue<String> QUEUE = new ArrayDeque<>(List.of("a task"));

    private final Object value = new Object();

    static {
      halfMade = new HalfMade();
      STUCK.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException never) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void run() {
      // It stands for a thread's work.
    }
  }

  /** Whose class is as usual. */
  private static final class Usual {
    private final Object value = new Object();
  }

  /** Reads, in a JVM that lets it. */
  public static void main(String[] arguments) throws Exception {
    Thread initialiser = new Thread(() -> HalfMade.QUEUE.clear());
    initialiser.setDaemon(true);
    initialiser.start();
    STUCK.await();
    Fields fields = new Fields();
    Usual usual = new Usual();
    System.out.println(Fields.value(fields.of(Usual.class)[0], usual) == usual.value);
    System.out.println(fields.of(HalfMade.class).length);
    System.out.println(
        Targets.roots(new Thread(halfMade)).stream().anyMatch(Queue.class::isInstance));
    System.out.println(fields.of(torn()).length);
  }

  /** A class whose loader throws when asked for the class of its field, as a stopped Tomcat's. */
  private static Class<?> torn() throws Exception {
    String name = Torn.class.getName();
    try (InputStream in = FieldsTest.class.getResourceAsStream("FieldsTest$Torn.class")) {
      byte[] bytes = in.readAllBytes();
      ClassLoader stopped =
          new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String wanted) {
              if (wanted.equals(name)) {
                return defineClass(wanted, bytes, 0, bytes.length);
              }
              throw new IllegalStateException("this application has been stopped");
            }
          };
      return Class.forName(name, true, stopped);
    }
  }

  /** Has a field of a class that is loaded when the fields are listed. */
  private static final class Torn {
    private Usual usual;
  }

  @Test
  void givenAClassStuckInItsInitialiser_whenItsFieldsAreRead_thenTheReaderIsNotStuckToo()
      throws Exception {
    for (Path jdk : HostJvm.jdks()) {
      Process reader =
          new ProcessBuilder(
                  jdk.resolve("bin/java").toString(),
                  "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                  "--add-opens=java.base/java.lang=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FieldsTest.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        assertThat(reader.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.inputReader().lines()).containsExactly("true", "0", "false", "0");
      } finally {
        reader.destroyForcibly();
      }
    }
  }
}

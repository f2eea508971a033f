package dev.unpark.agent.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** Objects of libraries that do not answer as they should. */
class CallTest {
  /** Says what it is called, and has a method of which the class may be missing. */
  public static final class Named {
    /** A text. */
    public String getName() {
      return "pool-1";
    }

    /** An object of the application's own. */
    public Object getOwner() {
      return this;
    }

    /** A method that nobody calls. */
    public void accept(CallTest missing) {
      // What it takes has to be loaded when methods are listed.
    }

    @Override
    public String toString() {
      throw new IllegalStateException("nobody may ask");
    }
  }

  @Test
  void givenAText_whenAsked_thenThatIsTheAnswer() {
    assertThat(Call.text(new Named(), "getName")).isEqualTo("pool-1");
  }

  @Test
  void givenAnObjectOfTheApplications_whenItsTextIsAsked_thenItIsNotCalled() {
    assertThat(Call.text(new Named(), "getOwner")).isEmpty();
  }

  @Test
  void givenALoaderThatThrows_whenAsked_thenThereIsNoAnswer() throws Exception {
    String name = Named.class.getName();
    try (InputStream in = CallTest.class.getResourceAsStream("CallTest$Named.class")) {
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
      Class<?> type = Class.forName(name, true, stopped);

      // Without listing its methods: a constructor is found by its own list.
      Object torn = type.getDeclaredConstructor().newInstance();
      assertThat(Call.text(torn, "getName")).isEmpty();
    }
  }
}

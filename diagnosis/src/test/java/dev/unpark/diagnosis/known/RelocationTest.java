package dev.unpark.diagnosis.known;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RelocationTest {
  @Test
  void givenFramesThatALibraryCarriesWithIt_whenUndone_thenTheyHaveTheNamesTheyAreKnownBy() {
    assertThat(
            Relocation.undone(
                List.of(
                    "io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:5)",
                    "software.amazon.awssdk.thirdparty.org.apache.http.Client.execute(Client.java)",
                    "shop.Cart.add(Cart.java:1)")))
        .containsExactly(
            "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:5)",
            "org.apache.http.Client.execute(Client.java)",
            "shop.Cart.add(Cart.java:1)");
  }

  @Test
  void givenNothingCarried_whenUndone_thenTheStackIsTheSameOne() {
    List<String> stack =
        List.of("shop.shaded.Lamp.on(Lamp.java:3)", "com.shop.vendor.Desk.run(Desk.java:1)");

    assertThat(Relocation.undone(stack)).isSameAs(stack);
  }
}

package dev.unpark.agent.library;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:h2:mem:test, jdbc:h2:mem:test",
    "jdbc:postgresql://db:5432/shop?user=a&password=b, jdbc:postgresql://db:5432/shop",
    "jdbc:sqlserver://db:1433;user=a;password=b, jdbc:sqlserver://db:1433",
    "jdbc:mysql://root:secret@db/shop, jdbc:mysql:db/shop",
    "jdbc:oracle:thin:scott/tiger@//db:1521/shop, jdbc:oracle://db:1521/shop",
    "nonsense, nonsense"
  })
  void givenAConnectionUrl_whenItNamesAPool_thenNoSecretIsToldWithIt(String url, String name) {
    assertThat(Pool.withoutSecrets(url)).isEqualTo(name);
  }
}

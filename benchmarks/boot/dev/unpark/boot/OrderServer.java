package dev.unpark.boot;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Boot server as there are many: Tomcat, HikariCP and H2; says on which port it is ready. */
@SpringBootApplication
@RestController
public class OrderServer {
  private static final int PRODUCTS = 100;
  private static final int ORDERS = 1_000;

  private final JdbcTemplate database;

  /** A line of an order. */
  public record Line(int id, String product, int count) {}

  public OrderServer(JdbcTemplate database) {
    this.database = database;
  }

  public static void main(String[] arguments) {
    ConfigurableApplicationContext context = SpringApplication.run(OrderServer.class, arguments);
    context.getBean(OrderServer.class).fill();
    int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    System.out.println("ready " + port);
  }

  /** Makes the tables; public, since what is private would run on the proxy. */
  public void fill() {
    database.execute("create table product (id int primary key, name varchar(40), stock int)");
    database.execute(
        "create table line (id int auto_increment primary key, owner int, product int, count int)");
    database.execute("create index by_owner on line (owner)");
    for (int i = 0; i < PRODUCTS; i++) {
      database.update("insert into product values (?, ?, ?)", i, "product " + i, 1_000_000);
    }
    for (int i = 0; i < ORDERS * 5; i++) {
      add(i % ORDERS, i % PRODUCTS, 1);
    }
  }

  @GetMapping("/orders/{owner}")
  List<Line> order(@PathVariable("owner") int owner) {
    return database.query(
        "select line.id, name, count from line join product on product.id = line.product"
            + " where owner = ? order by line.id limit 20",
        (row, number) -> new Line(row.getInt(1), row.getString(2), row.getInt(3)),
        owner);
  }

  @Transactional
  @PostMapping("/orders/{owner}")
  public int add(
      @PathVariable("owner") int owner,
      @RequestParam("product") int product,
      @RequestParam("count") int count) {
    database.queryForObject("select stock from product where id = ? for update", Integer.class, product);
    database.update("update product set stock = stock - ? where id = ?", count, product);
    return database.update("insert into line (owner, product, count) values (?, ?, ?)", owner, product, count);
  }
}

package dev.unpark.apps.pipeline;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import dev.unpark.apps.parts.Table;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;

/**
 * Thirty pictures a second, of each of which a thumbnail is made and counted in the database. All
 * of them count in one row, which takes 50 ms a time. Mended, each album has a row.
 */
public final class ImagePipeline {
  private static final int FUNCTIONS = 12;
  private static final int ALBUMS = 40;
  private static final int CONNECTIONS = 12;
  private static final int QUEUE = 400;
  private static final int SIZE = 96;
  private static final long COUNT_NANOS = 50_000_000;
  private static final long BETWEEN_PICTURES_NANOS = 33_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;

  private final Table counts = new Table("albums", ALBUMS, CONNECTIONS, COUNT_NANOS);
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final ThreadPoolExecutor functions;
  private final boolean rowPerAlbum;

  private ImagePipeline(boolean rowPerAlbum) throws SQLException {
    this.rowPerAlbum = rowPerAlbum;
    AtomicInteger number = new AtomicInteger();
    functions =
        new ThreadPoolExecutor(
            FUNCTIONS,
            FUNCTIONS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            task -> new Thread(task, "function-" + number.incrementAndGet()));
  }

  public static void main(String[] args) throws SQLException {
    Switches switches = Switches.of(args);
    System.setProperty("java.awt.headless", "true");
    ImagePipeline pipeline = new ImagePipeline(switches.healthy());
    new Thread(pipeline::keepUploading, "uploads").start();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> pipeline.functions.getQueue().size() > FUNCTIONS);
    }
    while (true) {
      LockSupport.parkNanos(REPORT_NANOS);
      System.out.printf(
          "%d thumbnails stored, %d pictures refused%n",
          pipeline.stored.get(), pipeline.refused.get());
    }
  }

  private void keepUploading() {
    for (int picture = 0; ; picture++) {
      int album = 1 + picture % ALBUMS;
      try {
        functions.execute(() -> makeThumbnail(album));
      } catch (RejectedExecutionException full) {
        refused.incrementAndGet();
      }
      LockSupport.parkNanos(BETWEEN_PICTURES_NANOS);
    }
  }

  private void makeThumbnail(int album) {
    BufferedImage thumbnail = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = thumbnail.createGraphics();
    pen.fillOval(0, 0, album, SIZE);
    pen.dispose();
    try {
      ImageIO.write(thumbnail, "png", new ByteArrayOutputStream());
      counts.add(rowPerAlbum ? album : 1);
      stored.incrementAndGet();
    } catch (IOException e) {
      throw new UncheckedIOException("a thumbnail cannot be written", e);
    } catch (SQLException e) {
      System.out.println("a picture was lost: " + e.getMessage());
    }
  }
}

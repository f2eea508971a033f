package dev.unpark.diagnosis.known;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Stacks that dumps of real libraries show while they wait: HTTP clients, pools, loggers. Their own
 * frames stand between the JDK's and those of their user, and none of them must look like his code.
 */
class LibraryStacksTest {
  private static final String PARK = "jdk.internal.misc.Unsafe.park(Native Method)";
  private static final String READ = "java.net.Socket$SocketInputStream.read(Socket.java:966)";
  private static final String TAKE =
      "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)";
  private static final String USER = "shop.Orders.find(Orders.java:9)";

  private final StackReader standard = new StackReader(KnownStacks.standard());

  private StackFacts facts(String... library) {
    List<String> stack = new java.util.ArrayList<>(List.of(library));
    stack.add(USER);
    stack.add("java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1136)");
    StackFacts facts = standard.facts(stack);
    assertThat(facts.ownFrame()).as("%s", stack).isEqualTo(USER);
    assertThat(facts.isIdle()).as("it runs a task, %s", stack).isFalse();
    return facts;
  }

  @Test
  void givenClientsOfHttp_whenTheyWaitForAnAnswer_thenTheyAreRemoteCalls() {
    assertThat(
            facts(
                    READ,
                    "okio.InputStreamSource.read(JvmOkio.kt:93)",
                    "okio.AsyncTimeout$source$1.read(AsyncTimeout.kt:128)",
                    "okio.RealBufferedSource.indexOf(RealBufferedSource.kt:430)",
                    "okhttp3.internal.http1.HeadersReader.readLine(HeadersReader.kt:29)")
                .isRemoteCall())
        .isTrue();
    assertThat(
            facts(
                    READ,
                    "org.apache.hc.core5.http.impl.io.SessionInputBufferImpl.fillBuffer(S.java:149)",
                    "org.apache.hc.client5.http.impl.classic.InternalHttpClient.doExecute(I.java:1)")
                .isRemoteCall())
        .isTrue();
    StackFacts grpc =
        facts(
            PARK,
            "io.grpc.stub.ClientCalls$ThreadlessExecutor.waitAndDrain(ClientCalls.java:717)",
            "io.grpc.stub.ClientCalls.blockingUnaryCall(ClientCalls.java:159)");
    assertThat(grpc.isRemoteCall()).isTrue();
    assertThat(grpc.isIn(StackTag.AWAITS_RESULT)).isTrue();
  }

  @Test
  void givenCallsThatWaitInAQueueOfTheirOwn_whenRead_thenTheyAreNotIdle() {
    assertThat(
            facts(
                    PARK,
                    TAKE,
                    "org.apache.dubbo.common.threadpool.ThreadlessExecutor.waitAndDrain(T.java:77)",
                    "org.apache.dubbo.rpc.AsyncRpcResult.get(AsyncRpcResult.java:193)")
                .isIn(StackTag.AWAITS_RESULT))
        .isTrue();
    assertThat(
            facts(
                    PARK,
                    TAKE,
                    "io.grpc.stub.ClientCalls$ThreadlessExecutor.waitAndDrain(ClientCalls.java:627)",
                    "io.grpc.stub.ClientCalls.blockingUnaryCall(ClientCalls.java:127)")
                .isIn(StackTag.AWAITS_RESULT))
        .isTrue();
  }

  @Test
  void givenPoolsOfConnections_whenTheirQueueIsTheirOwn_thenTheyAreAskedForAConnection() {
    assertThat(
            facts(
                    PARK,
                    "org.apache.commons.pool2.impl.LinkedBlockingDeque.takeFirst(L.java:1324)",
                    "org.apache.commons.pool2.impl.GenericObjectPool.borrowObject(G.java:313)",
                    "org.apache.commons.dbcp2.PoolingDataSource.getConnection(P.java:139)",
                    "org.apache.commons.dbcp2.BasicDataSource.getConnection(B.java:714)")
                .isIn(StackTag.CONNECTION_POOL))
        .isTrue();
    assertThat(
            facts(
                    PARK,
                    "org.apache.hc.core5.concurrent.BasicFuture.get(BasicFuture.java:113)",
                    "org.apache.hc.core5.pool.StrictConnPool$1.get(StrictConnPool.java:1)",
                    "org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager$1.get(P.java:318)")
                .isIn(StackTag.CONNECTION_POOL))
        .isTrue();
  }

  @Test
  void givenRemoteThings_whenTheyWait_thenTheyAreKnown() {
    assertThat(
            facts(
                    "java.lang.Object.wait(Native Method)",
                    "org.apache.kafka.common.utils.SystemTime.waitObject(SystemTime.java:55)",
                    "org.apache.kafka.clients.producer.internals.ProducerMetadata.awaitUpdate(P.java:1)",
                    "org.apache.kafka.clients.producer.KafkaProducer.send(KafkaProducer.java:1)")
                .isRemoteCall())
        .isTrue();
    assertThat(
            facts(
                    "java.lang.Object.wait(Native Method)",
                    "com.rabbitmq.utility.BlockingCell.get(BlockingCell.java:50)",
                    "com.rabbitmq.client.impl.AMQChannel.exnWrappingRpc(AMQChannel.java:144)")
                .isRemoteCall())
        .isTrue();
    assertThat(
            facts(
                    PARK,
                    "com.hazelcast.spi.impl.AbstractInvocationFuture.manageParking(A.java:694)",
                    "com.hazelcast.spi.impl.AbstractInvocationFuture.get(A.java:616)",
                    "com.hazelcast.spi.impl.DelegatingCompletableFuture.get(D.java:110)")
                .isIn(StackTag.AWAITS_RESULT))
        .isTrue();
  }

  @Test
  void givenAFullRingOfAnAsynchronousLogger_whenAnEventWaitsForRoom_thenItIsLogging() {
    assertThat(
            facts(
                    "java.util.concurrent.locks.LockSupport.parkNanos(LockSupport.java:376)",
                    "com.lmax.disruptor.MultiProducerSequencer.next(MultiProducerSequencer.java:136)",
                    "com.lmax.disruptor.RingBuffer.publishEvent(RingBuffer.java:488)",
                    "org.apache.logging.log4j.core.async.AsyncLoggerDisruptor.enqueue(A.java:320)")
                .isIn(StackTag.LOGGING))
        .isTrue();
  }

  @Test
  void givenAServersSelectorInItsPool_whenRead_thenItIsIdleAndOfNoUseToOthers() {
    StackFacts facts =
        standard.facts(
            List.of(
                "sun.nio.ch.EPoll.wait(Native Method)",
                "org.eclipse.jetty.io.ManagedSelector.nioSelect(ManagedSelector.java:183)",
                "org.eclipse.jetty.io.ManagedSelector$SelectorProducer.select(M.java:608)",
                "org.eclipse.jetty.util.thread.QueuedThreadPool.runJob(QueuedThreadPool.java:979)"));

    assertThat(facts.isIdle()).isTrue();
    assertThat(facts.has(StackTag.SELECTS)).isTrue();
    assertThat(facts.has(StackTag.WORKER)).isTrue();
  }
}

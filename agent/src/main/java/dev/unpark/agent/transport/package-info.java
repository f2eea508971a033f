/**
 * Carries requests to an OTLP receiver, over HTTP/1.1 or gRPC, and nothing else.
 *
 * <p>Plain sockets on the calling thread, one connection, one request at a time. An HTTP library
 * would start threads of its own, and the JDK's client asks for the default SSL context and the
 * default proxies: a JVM decides on these once, when first asked, so that the application's own
 * {@code javax.net.ssl.trustStore} would come too late.
 *
 * <p>The peer is never trusted: every answer is bounded in bytes and in time.
 */
@NullMarked
package dev.unpark.agent.transport;

import org.jspecify.annotations.NullMarked;

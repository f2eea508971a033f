package dev.unpark.collector.receive;

/**
 * Who sent a request, and how it came.
 *
 * @param bytes size of the request unpacked; 0 when it is not known
 * @param transport spelling of the {@code transport} attribute: {@code grpc}, {@code http/protobuf}
 */
public record Sender(String transport, Tenant tenant, int bytes) {}

package dev.unpark.collector.receive;

import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * Who sent a request, and how it came.
 *
 * @param transport spelling of the {@code transport} attribute: {@code grpc}, {@code http/protobuf}
 * @param name for the log: that of a tenant, or an address
 */
public record Sender(String transport, Tenant tenant, String name) {
  static Sender of(String transport, ServiceRequestContext context) {
    return new Sender(transport, Gate.sender(context), name(context));
  }

  static String name(ServiceRequestContext context) {
    String tenant = Gate.sender(context).name();
    return tenant.isEmpty() ? context.clientAddress().getHostAddress() : tenant;
  }
}

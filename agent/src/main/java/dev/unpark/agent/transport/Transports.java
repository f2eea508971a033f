package dev.unpark.agent.transport;

/** Makes transports. */
public final class Transports {
  private Transports() {}

  /** Over HTTP/1.1. */
  public static Transport http(Target target) {
    return new HttpTransport(target);
  }

  /** Over gRPC. */
  public static Transport grpc(Target target) {
    return new GrpcTransport(target);
  }
}

package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The last resort: what should never have been thrown. */
final class OurFault implements IExecutionExceptionHandler {
  private static final long MEGABYTE = 1_000_000;

  @Override
  public int handleExecutionException(Exception fault, CommandLine command, ParseResult parsed) {
    return tell(fault, command.getErr());
  }

  static int tell(Throwable fault, PrintWriter err) {
    err.println("this is a fault of Unpark, not of your input; the report below helps");
    fault.printStackTrace(err);
    err.flush();
    return ExitCode.OUR_FAULT;
  }

  /** Memory grows with threads, and there is a number of them that is too large. */
  static int outOfMemory(Shell shell) {
    shell.complain(
        new Complaint(
                "there is not enough memory for all threads of all dumps",
                "%,d MB of heap, all in use".formatted(Runtime.getRuntime().maxMemory() / MEGABYTE),
                "room for a few hundred bytes a thread, and for the report",
                "JDK_JAVA_OPTIONS=-Xmx4g unpark ..., or fewer dumps at a time")
            .render());
    return ExitCode.OUR_FAULT;
  }
}

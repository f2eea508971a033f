package dev.unpark.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The last resort: what should never have been thrown. */
final class OurFault implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception fault, CommandLine command, ParseResult parsed) {
    command
        .getErr()
        .println("this is a fault of Unpark, not of your input; the report below helps");
    fault.printStackTrace(command.getErr());
    command.getErr().flush();
    return ExitCode.OUR_FAULT;
  }
}

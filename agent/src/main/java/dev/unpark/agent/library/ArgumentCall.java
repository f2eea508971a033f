package dev.unpark.agent.library;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Reads a parameter of an advice by calling a method of an argument of the woven method.
 *
 * <p>So advice can use the library's own types without our knowing, loading or looking them up: the
 * call stands in the library's class, which sees them.
 *
 * @param argument which one, from 0
 * @param owner the interface whose method is called, with slashes
 * @param constant what is passed to it, or null when it takes nothing
 * @param next a method of the result's class that is called in turn, or null
 */
record ArgumentCall(
    int argument,
    String owner,
    String method,
    String descriptor,
    @Nullable String constant,
    @Nullable Next next)
    implements Advice.OffsetMapping {

  /** A method of a class, without arguments. */
  record Next(String owner, String method, String descriptor) {}

  static ArgumentCall of(int argument, String owner, String method, String descriptor) {
    return new ArgumentCall(argument, owner, method, descriptor, null, null);
  }

  ArgumentCall with(String passed) {
    return new ArgumentCall(argument, owner, method, descriptor, passed, next);
  }

  ArgumentCall then(String nextOwner, String nextMethod, String nextDescriptor) {
    return new ArgumentCall(
        argument,
        owner,
        method,
        descriptor,
        constant,
        new Next(nextOwner, nextMethod, nextDescriptor));
  }

  @Override
  public Target resolve(
      TypeDescription type,
      MethodDescription woven,
      Assigner assigner,
      Advice.ArgumentHandler arguments,
      Sort sort) {
    int slot = arguments.argument(woven.getParameters().get(argument).getOffset());
    return new Target.ForStackManipulation(new Call(this, slot));
  }

  private record Call(ArgumentCall call, int slot) implements StackManipulation {
    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public Size apply(MethodVisitor to, Implementation.Context context) {
      to.visitVarInsn(Opcodes.ALOAD, slot);
      to.visitTypeInsn(Opcodes.CHECKCAST, call.owner);
      if (call.constant != null) {
        to.visitLdcInsn(call.constant);
      }
      to.visitMethodInsn(Opcodes.INVOKEINTERFACE, call.owner, call.method, call.descriptor, true);
      Next next = call.next;
      if (next != null) {
        to.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL, next.owner(), next.method(), next.descriptor(), false);
      }
      return new Size(1, call.constant == null ? 1 : 2);
    }
  }
}

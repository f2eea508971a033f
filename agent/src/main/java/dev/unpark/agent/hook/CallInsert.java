package dev.unpark.agent.hook;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * One call of a static method that takes one object, put into one method of the JDK: as its first
 * instruction, or before each of its returns.
 *
 * <p>Not an advice: this little is woven before the application's {@code main}, on its time, and
 * all that advice needs would take longer to load than the application may be kept waiting. The
 * method that is called must let no exception out.
 *
 * @param method name and descriptor of the method that is woven, in one
 * @param atEnd before each return; in a constructor there is no object before
 * @param argument which local variable is handed over; 0 is the object itself
 * @param hook name of the method of the hooks' class that is called
 */
record CallInsert(String method, boolean atEnd, int argument, String hook) {
  private static final String DESCRIPTOR = "(Ljava/lang/Object;)V";

  /** The class with the call in it, or null when it has no such method. */
  byte @Nullable [] into(byte[] classFile, String owner) {
    ClassReader reader = new ClassReader(classFile);
    // Methods that stay as they are, are copied as they are.
    ClassWriter writer = new ClassWriter(reader, 0);
    Visitor visitor = new Visitor(writer, owner);
    reader.accept(visitor, 0);
    return visitor.found ? writer.toByteArray() : null;
  }

  private final class Visitor extends ClassVisitor {
    private final String owner;
    private boolean found;

    Visitor(ClassWriter writer, String owner) {
      super(Opcodes.ASM9, writer);
      this.owner = owner;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor copy = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!method.equals(name.concat(descriptor)) || copy == null) {
        return copy;
      }
      found = true;
      return new Caller(copy, owner);
    }
  }

  private final class Caller extends MethodVisitor {
    private final String owner;

    Caller(MethodVisitor copy, String owner) {
      super(Opcodes.ASM9, copy);
      this.owner = owner;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      if (!atEnd) {
        call();
      }
    }

    @Override
    public void visitInsn(int opcode) {
      if (atEnd && opcode == Opcodes.RETURN) {
        call();
      }
      super.visitInsn(opcode);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
      super.visitMaxs(stack + 1, locals);
    }

    private void call() {
      super.visitVarInsn(Opcodes.ALOAD, argument);
      super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, hook, DESCRIPTOR, false);
    }
  }
}

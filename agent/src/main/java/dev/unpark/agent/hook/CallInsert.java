package dev.unpark.agent.hook;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * One call of a static method, put into one method of the JDK: as its first instruction, or before
 * each of its returns.
 *
 * <p>Not an advice: this little is woven before the application's {@code main}, on its time, and
 * all that advice needs would take longer to load than the application may be kept waiting. The
 * method that is called must let no exception out.
 *
 * @param owner internal name of the hooks' class
 * @param method name and descriptor of the method that is woven, in one
 * @param handed what is handed over, one of the constants below
 * @param hook name of the method of the hooks' class that is called
 */
record CallInsert(String owner, String method, int handed, String hook) {
  /** At the beginning: the object itself. */
  static final int SELF = 0;

  /** At the beginning: the second argument. */
  static final int SECOND = 1;

  /** At the beginning: the object itself, and its first argument. */
  static final int SELF_AND_FIRST = 2;

  /**
   * Before each return, without a result: the object itself; in a constructor there is none before.
   */
  static final int SELF_AT_END = 3;

  /** Before each return: the object itself, and what is returned. */
  static final int SELF_AND_RESULT = 4;

  private static final String ONE = "(Ljava/lang/Object;)V";
  private static final String TWO = "(Ljava/lang/Object;Ljava/lang/Object;)V";

  /** The class with the calls in it, or null when it has none of the methods. */
  static byte @Nullable [] into(byte[] classFile, CallInsert[] inserts) {
    ClassReader reader = new ClassReader(classFile);
    // Methods that stay as they are, are copied as they are.
    ClassWriter writer = new ClassWriter(reader, 0);
    Visitor visitor = new Visitor(writer, inserts);
    reader.accept(visitor, 0);
    return visitor.found ? writer.toByteArray() : null;
  }

  private static final class Visitor extends ClassVisitor {
    private final CallInsert[] inserts;
    private boolean found;

    Visitor(ClassWriter writer, CallInsert[] inserts) {
      super(Opcodes.ASM9, writer);
      this.inserts = inserts;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor woven = super.visitMethod(access, name, descriptor, signature, exceptions);
      String method = name.concat(descriptor);
      for (CallInsert insert : inserts) {
        if (insert.method.equals(method) && woven != null) {
          found = true;
          woven = insert.new Caller(woven);
        }
      }
      return woven;
    }
  }

  private final class Caller extends MethodVisitor {
    Caller(MethodVisitor copy) {
      super(Opcodes.ASM9, copy);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      if (handed == SELF) {
        call(0);
      } else if (handed == SECOND) {
        call(2);
      } else if (handed == SELF_AND_FIRST) {
        super.visitVarInsn(Opcodes.ALOAD, 0);
        super.visitVarInsn(Opcodes.ALOAD, 1);
        super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, hook, TWO, false);
      }
    }

    @Override
    public void visitInsn(int opcode) {
      if (handed == SELF_AT_END && opcode == Opcodes.RETURN) {
        call(0);
      } else if (handed == SELF_AND_RESULT && opcode == Opcodes.ARETURN) {
        super.visitInsn(Opcodes.DUP);
        super.visitVarInsn(Opcodes.ALOAD, 0);
        super.visitInsn(Opcodes.SWAP);
        super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, hook, TWO, false);
      }
      super.visitInsn(opcode);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
      super.visitMaxs(stack + 2, locals);
    }

    private void call(int argument) {
      super.visitVarInsn(Opcodes.ALOAD, argument);
      super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, hook, ONE, false);
    }
  }
}

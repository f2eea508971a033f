package dev.unpark.agent.core;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own door through which a class gets into the boot loader.
 *
 * <p>Our sources cannot name it: it is of no exported package. By reflection it would be opened at
 * the price of half a dozen method handles that JDK 25 makes for a call of so many arguments, some
 * 50 ms of the application's start. So the few lines that call it are a class made here:
 *
 * <pre>
 *   static { BootDoor.opened = new Made(); }
 *   public void define(String name, byte[] bytes) {
 *     Unsafe.getUnsafe().defineClass(name, bytes, 0, bytes.length, null, null);
 *   }
 * </pre>
 */
abstract class BootDoor {
  private static final String DOOR = "dev/unpark/agent/core/BootDoor";
  private static final String MADE = DOOR + "$Made";
  private static final String DOOR_TYPE = "L" + DOOR + ";";
  private static final String UNSAFE = "jdk/internal/misc/Unsafe";
  private static final String DEFINE =
      "(Ljava/lang/String;[BIILjava/lang/ClassLoader;Ljava/security/ProtectionDomain;)"
          + "Ljava/lang/Class;";

  static @Nullable BootDoor opened;

  /** Defines that class in the boot loader. */
  abstract void define(String name, byte[] bytes);

  /**
   * Opens the door to this loader alone.
   *
   * @throws ReflectiveOperationException when this JDK has no such door
   */
  static BootDoor open(Instrumentation instrumentation) throws ReflectiveOperationException {
    if (opened == null) {
      instrumentation.redefineModule(
          Object.class.getModule(),
          Set.of(),
          Map.of("jdk.internal.misc", Set.of(BootDoor.class.getModule())),
          Map.of(),
          Set.of(),
          Map.of());
      MethodHandles.Lookup here = MethodHandles.lookup();
      here.ensureInitialized(here.defineClass(made()));
    }
    BootDoor door = opened;
    if (door == null) {
      throw new ClassNotFoundException(MADE);
    }
    return door;
  }

  private static byte[] made() {
    ClassWriter made = new ClassWriter(0);
    made.visit(Opcodes.V17, Opcodes.ACC_FINAL, MADE, null, DOOR, null);
    MethodVisitor code = made.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
    code.visitCode();
    code.visitTypeInsn(Opcodes.NEW, MADE);
    code.visitInsn(Opcodes.DUP);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, MADE, "<init>", "()V", false);
    code.visitFieldInsn(Opcodes.PUTSTATIC, DOOR, "opened", DOOR_TYPE);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(2, 0);
    code.visitEnd();
    code = made.visitMethod(0, "<init>", "()V", null, null);
    code.visitCode();
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, DOOR, "<init>", "()V", false);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(1, 1);
    code.visitEnd();
    code = made.visitMethod(0, "define", "(Ljava/lang/String;[B)V", null, null);
    code.visitCode();
    code.visitMethodInsn(Opcodes.INVOKESTATIC, UNSAFE, "getUnsafe", "()L" + UNSAFE + ";", false);
    code.visitVarInsn(Opcodes.ALOAD, 1);
    code.visitVarInsn(Opcodes.ALOAD, 2);
    code.visitInsn(Opcodes.ICONST_0);
    code.visitVarInsn(Opcodes.ALOAD, 2);
    code.visitInsn(Opcodes.ARRAYLENGTH);
    code.visitInsn(Opcodes.ACONST_NULL);
    code.visitInsn(Opcodes.ACONST_NULL);
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, UNSAFE, "defineClass", DEFINE, false);
    code.visitInsn(Opcodes.POP);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(7, 3);
    code.visitEnd();
    made.visitEnd();
    return made.toByteArray();
  }
}

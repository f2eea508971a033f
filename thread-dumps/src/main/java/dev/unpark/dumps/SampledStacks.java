package dev.unpark.dumps;

import java.util.List;

/**
 * The samples that a profiler took, put together by what their stacks have in common: a flame graph
 * before it is drawn.
 *
 * @param root of all stacks; its children say whether the threads ran or waited, theirs are the
 *     outermost frames
 * @param leftOut samples, of all of them, whose inner frames are not in the tree, because there are
 *     too many different ones
 */
public record SampledStacks(Node root, long leftOut) {
  /**
   * A frame, below those that called it.
   *
   * @param name class and method, or what a group of stacks has in common
   * @param samples in which it was seen at this place
   * @param children what it called, the one seen most often first; rare ones may be missing
   */
  public record Node(String name, long samples, List<Node> children) {
    public Node {
      children = List.copyOf(children);
    }
  }
}

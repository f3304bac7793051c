import Foundation
public import Tensors

/// A network that only evaluates, made fast.
///
/// The network is run once on an example, and what it does is noted: which operations, with which
/// numbers, and what passes from one to the next. From that the preparation makes a plan: batch
/// normalisations are folded into convolutions and linear layers, activations and residual sums are
/// done while the results are still at hand, weights are packed once for this processor, channels
/// lie side by side, and intermediate results share memory. oneDNN does the convolutions, linear
/// layers and pooling; libtorch does the rest as the network would.
///
/// ```swift
/// let fast = try network.preparedForInference(example: images)
/// let scores = fast(images)
/// ```
///
/// The plan holds for inputs of the example's shapes and for the weights as they were. Decisions
/// that depend on an input's elements cannot be followed, and are refused. The same inputs give
/// the same bytes at every call. Calls from several threads wait for each other.
public final class PreparedNetwork: @unchecked Sendable {
  /// Shapes of the inputs.
  public let inputShapes: [[Int]]
  /// Threads that every call uses: those that operations of the preparing thread were allowed.
  public let threads: Int

  private let inputTypes: [ElementType]
  private let plan: ExecutionPlan
  private let lock = NSLock()

  /// Prepares any computation with tensors.
  ///
  /// - Parameters:
  ///   - examples: Typical inputs.
  ///   - elementType: What convolutions, linear layers and the like compute in: float32 or bfloat16.
  ///   - body: The computation; called once.
  /// - Throws: ``PreparationError``.
  public init(
    examples: [Tensor], elementType: ElementType = .float32, _ body: ([Tensor]) -> [Tensor]
  ) throws(PreparationError) {
    guard elementType == .float32 || elementType == .bfloat16 else {
      throw .unsupported(elementType)
    }
    inputShapes = examples.map(\.shape)
    inputTypes = examples.map(\.elementType)
    threads = TorchThreads.count
    var graph = try NetworkGraph(of: examples, body)
    graph.lower()
    graph.absorbPadding()
    graph.fuse()
    plan = try ExecutionPlan(graph, elementType: elementType, threads: threads)
  }

  /// Computes the output of a network with one input and one output.
  ///
  /// - Parameter x: An input of the example's shape and type.
  /// - Returns: The output, in memory of its own.
  public func callAsFunction(_ x: Tensor) -> Tensor { self([x])[0] }

  /// Computes the outputs.
  ///
  /// - Parameter inputs: Of the examples' shapes and types.
  /// - Returns: The outputs, in memory of their own.
  public func callAsFunction(_ inputs: [Tensor]) -> [Tensor] {
    require(
      inputs.map(\.shape) == inputShapes && inputs.map(\.elementType) == inputTypes,
      """
      a network prepared for \(inputTypes.first.map { "\($0) " } ?? "")\(inputShapes) cannot take \
      \(inputs.first.map { "\($0.elementType) " } ?? "")\(inputs.map(\.shape))
      """)
    lock.lock()
    defer { lock.unlock() }
    return TorchThreads.with(threads) { withoutGradients { plan.run(inputs) } }
  }

  /// The steps of a call in their order, with the code that oneDNN chose for its own.
  public var steps: [String] { plan.descriptions }

  /// Bytes that the network holds: packed weights, and the memory of intermediate results.
  public var byteCount: Int { plan.packedByteCount + plan.memoryByteCount }
}

extension Layer {
  /// Prepares the network for evaluation only, and switches it to evaluation.
  ///
  /// - Parameters:
  ///   - example: A typical input.
  ///   - elementType: What convolutions, linear layers and the like compute in: float32 or bfloat16.
  /// - Returns: The network as it is now, to be called like a function.
  /// - Throws: ``PreparationError``.
  public func preparedForInference(
    example: Tensor, elementType: ElementType = .float32
  ) throws(PreparationError) -> PreparedNetwork {
    try preparedForInference(examples: [example], elementType: elementType) { [self($0[0])] }
  }
}

extension Module {
  /// Prepares a network with several inputs or outputs for evaluation only, and switches it to
  /// evaluation.
  ///
  /// - Parameters:
  ///   - examples: Typical inputs.
  ///   - elementType: What convolutions, linear layers and the like compute in: float32 or bfloat16.
  ///   - body: Calls the network.
  /// - Returns: The network as it is now, to be called like a function.
  /// - Throws: ``PreparationError``.
  public func preparedForInference(
    examples: [Tensor], elementType: ElementType = .float32, _ body: ([Tensor]) -> [Tensor]
  ) throws(PreparationError) -> PreparedNetwork {
    evaluate()
    return try PreparedNetwork(examples: examples, elementType: elementType, body)
  }
}

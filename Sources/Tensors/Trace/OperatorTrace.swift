import Foundation
import Synchronization

/// The operators of libtorch that a piece of code calls on one thread, in their order.
///
/// Everything that tensors of libtorch go through is such a call, so a trace holds the whole
/// computation, except what the code does with elements that it reads on the host
/// (``accessed``).
package final class OperatorTrace {
  /// One call of an operator.
  package struct Call {
    /// What was called.
    package let operation: TorchOperator
    /// The arguments in the schema's order.
    package let arguments: [TorchArgument]
    /// What came out.
    package let results: [Tensor]
  }

  /// The calls, each after those whose results it uses.
  package private(set) var calls: [Call] = []
  /// Tensors whose elements were read or written on the host.
  package private(set) var accessed: [Tensor] = []

  private static let activeCount = Atomic<Int>(0)

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Whether any thread records: the only cost for those that do not.
  @inline(__always)
  static var isActive: Bool { activeCount.load(ordering: .relaxed) != 0 }

  /// The trace that this thread records into.
  static var current: OperatorTrace? {
    guard isActive, let memory = pthread_getspecific(key) else { return nil }
    return Unmanaged<OperatorTrace>.fromOpaque(memory).takeUnretainedValue()
  }

  /// Calls `body` and records what it calls on this thread.
  ///
  /// All tensors that occur are kept, so that each is known by its ``Tensor/identity``.
  ///
  /// - Parameter body: Calls operators; must not record gradients.
  /// - Returns: What `body` returns, and the trace.
  package static func recording<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, trace: OperatorTrace) {
    let trace = OperatorTrace()
    let outer = pthread_getspecific(key)
    pthread_setspecific(key, Unmanaged.passUnretained(trace).toOpaque())
    activeCount.add(1, ordering: .relaxed)
    defer {
      activeCount.subtract(1, ordering: .relaxed)
      pthread_setspecific(key, outer)
    }
    let result = try body()
    return (result, trace)
  }

  /// Whether this thread records: then nothing may be computed past the operators.
  package static var isRecordingHere: Bool { current != nil }

  func note(_ operation: TorchOperator, _ arguments: [TorchArgument], _ results: [Tensor]) {
    calls.append(Call(operation: operation, arguments: arguments, results: results))
  }

  func noteAccess(_ tensor: Tensor) { accessed.append(tensor) }
}

extension Tensor {
  /// What distinguishes this tensor from all others that are in use.
  package var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// The same elements as a tensor of libtorch, whose every use is an operator call.
  package func asOperand() -> Tensor { ATen.detach(.tensor(self)) }
}

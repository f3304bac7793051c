internal import CTorch

/// Recording operations and differentiating them.
///
/// ```swift
/// let weight = Tensor([2.0, 3.0]).requiringGradient()
/// let loss = (weight * weight).sum()
/// let slope = gradients(of: loss, withRespectTo: [weight])[0]  // [4, 6]
/// ```
extension Tensor {
  /// Whether operations on this tensor are recorded, so that gradients can flow back to it.
  public var requiresGradient: Bool {
    // What libtorch has only been lent has no history.
    storage.host == nil && facts.requires_gradient != 0
  }

  /// A tensor with the same elements with which gradients can be taken.
  ///
  /// It shares the memory, and starts a history of its own.
  ///
  /// - Returns: A leaf of the graph.
  public func requiringGradient() -> Tensor {
    require(
      elementType.isFloatingPoint,
      "requiringGradient: the elements are \(elementType), not real numbers")
    let leaf = ATen.detach(.tensor(self))
    TorchLibrary.demand(
      TorchLibrary.table.pointee.tensor_set_requires_gradient(leaf.handle, 1), "requiringGradient")
    return leaf
  }

  /// The same elements without history: gradients do not flow through.
  ///
  /// - Returns: A tensor that shares the memory.
  public func detached() -> Tensor { storage.host == nil ? ATen.detach(.tensor(self)) : self }

  /// Calls `hook` with every gradient that flows back to this tensor, as long as the tensor lives.
  ///
  /// - Parameter hook: Receives the gradient; returns what takes its place, or nil to keep it. It
  ///   runs on the thread that computes gradients.
  public func onGradient(_ hook: @escaping @Sendable (Tensor) -> Tensor?) {
    require(requiresGradient, "onGradient: the tensor of shape \(shape) has no history")
    let box = Unmanaged.passRetained(GradientHook(hook)).toOpaque()
    let status = TorchLibrary.table.pointee.tensor_add_hook(
      handle,
      { context, gradient, result in
        guard let context else { return ctorch_status(CTORCH_FAILED) }
        let hook = Unmanaged<GradientHook>.fromOpaque(context).takeUnretainedValue()
        if let replacement = hook.closure(Tensor(borrowing: gradient)) {
          result.pointee = replacement.givenAway()
        }
        return ctorch_status(CTORCH_OK)
      }, { if let context = $0 { Unmanaged<GradientHook>.fromOpaque(context).release() } }, box)
    TorchLibrary.demand(status, "onGradient")
  }

  /// A tensor for a handle that somebody else keeps.
  init(borrowing handle: OpaquePointer) {
    TorchLibrary.table.pointee.tensor_retain(handle)
    self.init(owning: handle)
  }

  /// A reference to the tensor of libtorch for the runtime to keep.
  func givenAway() -> OpaquePointer {
    TorchLibrary.table.pointee.tensor_retain(handle)
    return handle
  }
}

private final class GradientHook: Sendable {
  let closure: @Sendable (Tensor) -> Tensor?
  init(_ closure: @escaping @Sendable (Tensor) -> Tensor?) { self.closure = closure }
}

/// Gradients of a scalar, or of the sum of tensors weighted by `outputGradients`.
///
/// - Parameters:
///   - output: The tensor to differentiate; without axes unless `outputGradient` is given.
///   - inputs: Tensors that require gradients.
///   - outputGradient: Weight of each element of `output`; of its shape.
///   - keepingGraph: Whether the recorded operations can be differentiated once more.
///   - recording: Whether the gradients are recorded themselves, for higher derivatives; keeps the
///     graph.
/// - Returns: One gradient for each input, of its shape; zeros where `output` does not depend on
///   it.
public func gradients(
  of output: Tensor, withRespectTo inputs: [Tensor], outputGradient: Tensor? = nil,
  keepingGraph: Bool = false, recording: Bool = false
) -> [Tensor] {
  let expected = outputGradient?.shape ?? []
  require(
    outputGradient == nil ? output.count == 1 : output.shape == expected,
    "gradients: an output of shape \(output.shape) needs output gradients of its shape")
  require(
    output.requiresGradient, "gradients: the output of shape \(output.shape) has no history")
  for input in inputs {
    require(
      input.requiresGradient,
      "gradients: the input of shape \(input.shape) does not require gradients")
  }
  var results = [OpaquePointer?](repeating: nil, count: inputs.count)
  let status = withUnsafePointer(to: outputGradient?.handle) { weights in
    TorchLibrary.table.pointee.gradients(
      [output.handle], outputGradient == nil ? nil : weights, 1, inputs.map(\.handle),
      Int64(inputs.count), keepingGraph || recording ? 1 : 0, recording ? 1 : 0, 1, &results)
  }
  withExtendedLifetime((output, inputs, outputGradient)) {}
  TorchLibrary.demand(status, "gradients")
  return zip(results, inputs).map { handle, input in
    handle.map { Tensor(owning: $0) } ?? ATen.zerosLike(.tensor(input))
  }
}

/// Calls `body` without recording operations for gradients on this thread.
///
/// - Parameter body: Work on the calling thread.
/// - Returns: What `body` returns.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try recordingGradients(false, body)
}

/// Calls `body` with recording on, inside ``withoutGradients(_:)`` or a backward pass.
///
/// - Parameter body: Work on the calling thread.
/// - Returns: What `body` returns.
public func withGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try recordingGradients(true, body)
}

private func recordingGradients<Result>(
  _ on: Bool, _ body: () throws -> Result
) rethrows -> Result {
  let table = TorchLibrary.table.pointee
  let before = table.gradient_mode()
  table.set_gradient_mode(on ? 1 : 0)
  defer { table.set_gradient_mode(before) }
  return try body()
}

/// Calls `body` in libtorch's inference mode on this thread: nothing is recorded, and operations
/// cost a little less.
///
/// Tensors made inside can never take part in a recorded operation.
///
/// - Parameter body: Work on the calling thread.
/// - Returns: What `body` returns.
public func inInferenceMode<Result>(_ body: () throws -> Result) rethrows -> Result {
  let table = TorchLibrary.table.pointee
  let guardObject = table.inference_mode_enter()
  defer { table.inference_mode_leave(guardObject) }
  return try body()
}

extension ATen {
  static let zerosLike = TorchOperator("aten::zeros_like")
}

/// Whether operations on this thread are recorded for gradients.
package var isRecordingGradients: Bool { TorchLibrary.table.pointee.gradient_mode() != 0 }

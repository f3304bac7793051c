internal import CTorch

/// What the backward pass of a custom operation is given.
public struct BackwardPass {
  /// The inputs of the forward pass.
  public let inputs: [Tensor]
  /// Its outputs.
  public let outputs: [Tensor]
  /// The gradient with respect to each output, of its shape.
  public let gradients: [Tensor]
  /// Whether the gradient with respect to each input is wanted.
  public let isNeeded: [Bool]
}

/// A custom differentiable operation: both passes in Swift, one node in the graph of recorded
/// operations.
///
/// ```swift
/// let y = differentiable("cube", [x]) { inputs in
///   [inputs[0].pow(3)]
/// } backward: { pass in
///   [pass.gradients[0] * 3 * pass.inputs[0].pow(2)]
/// }
/// ```
///
/// When gradients are recorded themselves (higher derivatives), so are the operations of
/// `backward`. Take inputs and outputs from the pass there: tensors captured from the forward pass
/// have no history.
///
/// - Parameters:
///   - name: Name of the operation in messages.
///   - inputs: Its inputs.
///   - forward: Computes the outputs; runs at once, without recording.
///   - backward: Computes one gradient for each input, of its shape, or nil where there is none or
///     it is not needed. It may run on another thread.
/// - Returns: The outputs.
public func differentiable(
  _ name: String, _ inputs: [Tensor], forward: ([Tensor]) -> [Tensor],
  backward: @escaping @Sendable (BackwardPass) -> [Tensor?]
) -> [Tensor] {
  let outputs = withoutGradients { forward(inputs) }
  // A trace follows the operators of the forward pass; nothing is recorded for gradients there.
  if OperatorTrace.current != nil { return outputs }
  let context = Unmanaged.passRetained(BackwardClosure(name, backward)).toOpaque()
  var results = [OpaquePointer?](repeating: nil, count: outputs.count)
  let status = TorchLibrary.table.pointee.custom_operation(
    name, inputs.map(\.handle), Int64(inputs.count), outputs.map(\.handle), Int64(outputs.count),
    BackwardClosure.call,
    { if let context = $0 { Unmanaged<BackwardClosure>.fromOpaque(context).release() } },
    context, &results)
  withExtendedLifetime((inputs, outputs)) {}
  TorchLibrary.demand(status, name)
  return results.compactMap { $0.map { Tensor(owning: $0) } }
}

/// The backward pass as the runtime calls it.
private final class BackwardClosure: Sendable {
  let name: String
  let body: @Sendable (BackwardPass) -> [Tensor?]

  init(_ name: String, _ body: @escaping @Sendable (BackwardPass) -> [Tensor?]) {
    self.name = name
    self.body = body
  }

  func run(_ pass: BackwardPass) -> [Tensor?] {
    let found = body(pass)
    require(
      found.count == pass.inputs.count,
      "\(name): \(found.count) gradients for \(pass.inputs.count) inputs")
    for (gradient, input) in zip(found, pass.inputs) {
      guard let gradient else { continue }
      require(
        gradient.shape == input.shape,
        "\(name): a gradient of shape \(gradient.shape) for an input of shape \(input.shape)")
    }
    return found
  }

  static let call: ctorch_backward = {
    context, inputs, inputCount, outputs, gradients, outputCount, needed, results in
    guard let context else { return ctorch_status(CTORCH_FAILED) }
    let closure = Unmanaged<BackwardClosure>.fromOpaque(context).takeUnretainedValue()
    func tensors(_ handles: UnsafePointer<OpaquePointer?>, _ count: Int64) -> [Tensor] {
      (0..<Int(count)).compactMap { handles[$0].map { Tensor(borrowing: $0) } }
    }
    let found = closure.run(
      BackwardPass(
        inputs: tensors(inputs, inputCount), outputs: tensors(outputs, outputCount),
        gradients: tensors(gradients, outputCount),
        isNeeded: (0..<Int(inputCount)).map { needed[$0] != 0 }))
    for (i, gradient) in found.enumerated() { results[i] = gradient?.givenAway() }
    return ctorch_status(CTORCH_OK)
  }
}

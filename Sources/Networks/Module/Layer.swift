public import Tensors

/// A module that turns one tensor into one tensor.
///
/// It implements ``forward(_:)`` and is called like a function, `layer(x)`. The call knows where in
/// a network it stands: mistakes in shapes name the layer's place, and
/// ``Module/outputs(of:while:)`` reads what passes through.
public protocol Layer: Module {
  /// Computes the output.
  ///
  /// - Parameter x: The input.
  /// - Returns: The output.
  func forward(_ x: Tensor) -> Tensor
}

extension Layer {
  /// Computes the output.
  ///
  /// - Parameter x: The input.
  /// - Returns: The output.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    ModuleCalls.calling(self, [x]) { [forward(x)] }[0]
  }
}

extension Module {
  /// Runs the body of a call, so that the call is seen by whoever watches the network.
  ///
  /// Modules with more than one input or output wrap their `callAsFunction` in it; a ``Layer`` needs
  /// nothing.
  ///
  /// - Parameters:
  ///   - inputs: The tensors that go in.
  ///   - body: Computes the tensors that come out.
  /// - Returns: What `body` returns.
  public func watched(_ inputs: [Tensor], _ body: () -> [Tensor]) -> [Tensor] {
    ModuleCalls.calling(self, inputs, body)
  }

  /// Ends the process because an input does not fit, naming the module's place in the network.
  ///
  /// - Parameters:
  ///   - condition: Whether the input fits.
  ///   - x: The input.
  ///   - expected: Its shape as it should be, `[B, 64, H, W]`.
  public func requireInput(
    _ condition: Bool, _ x: Tensor, expected: @autoclosure () -> String
  ) {
    require(
      condition, "\(ModuleCalls.place(of: self)): expected \(expected()), got \(x.shape)")
  }
}

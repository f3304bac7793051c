public import Tensors

/// The gradients of a loss with respect to parameters.
public struct Gradients {
  /// The parameters, each once.
  public let parameters: [Parameter]
  /// One gradient for each parameter, of its shape.
  public var values: [Tensor]

  /// Gradients that were computed elsewhere.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - values: One gradient for each.
  public init(of parameters: [Parameter], values: [Tensor]) {
    require(
      parameters.count == values.count,
      "Gradients: \(values.count) gradients for \(parameters.count) parameters")
    self.parameters = parameters
    self.values = values
  }

  /// The gradient with respect to one parameter, or nil if it is not among them.
  public subscript(parameter: Parameter) -> Tensor? {
    parameters.firstIndex { $0 === parameter }.map { values[$0] }
  }

  /// The length of all gradients as one vector.
  ///
  /// - Returns: The Euclidean norm.
  public func norm() -> Double {
    withoutGradients {
      values.reduce(into: 0) { total, value in
        total += value.square().sum().converted(to: .float64).item(of: Double.self)
      }.squareRoot()
    }
  }

  /// Shortens the gradients, as one vector, to a length if they are longer.
  ///
  /// - Parameter limit: The greatest length.
  /// - Returns: The length before.
  @discardableResult
  public mutating func clip(norm limit: Double) -> Double {
    let length = norm()
    // The small number is PyTorch's.
    let factor = limit / (length + 1e-6)
    if factor < 1 { scale(by: factor) }
    return length
  }

  /// Limits every element.
  ///
  /// - Parameter limit: The greatest distance from 0.
  public mutating func clip(value limit: Double) {
    withoutGradients { values = values.map { $0.clamped(min: -limit, max: limit) } }
  }

  /// Multiplies every gradient.
  ///
  /// - Parameter factor: The factor.
  public mutating func scale(by factor: Double) {
    withoutGradients { values = values.map { $0 * factor } }
  }

  /// Adds the gradients of another batch with respect to the same parameters.
  ///
  /// - Parameters:
  ///   - left: Sums up.
  ///   - right: Is added.
  public static func += (left: inout Gradients, right: Gradients) {
    require(
      left.parameters.elementsEqual(right.parameters, by: ===),
      "+=: gradients with respect to different parameters")
    withoutGradients { left.values = zip(left.values, right.values).map { $0 + $1 } }
  }
}

extension Module {
  /// The gradients of a loss with respect to every trainable parameter.
  ///
  /// - Parameters:
  ///   - loss: A scalar that was computed with this network.
  ///   - keepingGraph: Whether the recorded operations can be differentiated once more.
  ///   - recording: Whether the gradients are recorded themselves, for higher derivatives.
  /// - Returns: One gradient for each parameter; zeros where the loss does not depend on it.
  public func gradients(
    of loss: Tensor, keepingGraph: Bool = false, recording: Bool = false
  ) -> Gradients {
    Gradients(
      of: loss, withRespectTo: parameters, keepingGraph: keepingGraph, recording: recording)
  }
}

extension Gradients {
  /// The gradients of a loss with respect to those parameters that are trainable.
  ///
  /// - Parameters:
  ///   - loss: A scalar.
  ///   - parameters: The parameters, each once.
  ///   - keepingGraph: Whether the recorded operations can be differentiated once more.
  ///   - recording: Whether the gradients are recorded themselves, for higher derivatives.
  public init(
    of loss: Tensor, withRespectTo parameters: [Parameter], keepingGraph: Bool = false,
    recording: Bool = false
  ) {
    let trainable = parameters.filter(\.isTrainable)
    self.init(
      of: trainable,
      values: Tensors.gradients(
        of: loss, withRespectTo: trainable.map(\.value), keepingGraph: keepingGraph,
        recording: recording))
  }
}

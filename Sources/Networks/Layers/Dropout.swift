public import Tensors

/// Random zeros in training; the input itself in evaluation.
///
/// The zeros come from the generator that ``Module/train(using:)`` was given.
///
/// - Note: Source: Srivastava et al., "Dropout", JMLR 15, 2014.
public final class Dropout: Layer {
  /// Whether single elements or whole channels become zero.
  public enum Unit: Sendable {
    /// Single elements.
    case element
    /// Whole channels of `[B, C, ...]`.
    case channel
  }

  /// Training or evaluation.
  public let mode = Mode()
  private let probability: Double
  private let unit: Unit

  /// A layer.
  ///
  /// - Parameters:
  ///   - probability: Of a zero, from 0 to 1.
  ///   - unit: What becomes zero.
  public init(_ probability: Double = 0.5, unit: Unit = .element) {
    require((0...1).contains(probability), "Dropout: \(probability) is no probability")
    self.probability = probability
    self.unit = unit
  }

  /// The settings in one line.
  public var settings: String { "\(probability)" }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    guard mode.isTraining, probability > 0 else { return x }
    let generator = mode.demandedGenerator(for: self)
    return unit == .element
      ? x.dropout(probability, using: generator) : x.channelDropout(probability, using: generator)
  }
}

extension Mode {
  /// The source of random zeros; ends the process when training began without one.
  func demandedGenerator(for module: any Module) -> TorchGenerator {
    guard let generator else {
      stop(
        """
        \(ModuleCalls.place(of: module)): dropout in training needs a source of random numbers: \
        call train(using:), or evaluate()
        """)
    }
    return generator
  }
}

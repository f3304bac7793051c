public import Tensors

/// A network that only evaluates, made faster.
///
/// Batch normalisations are folded into the convolutions and linear layers before them, weights lie
/// with their channels side by side and may be bfloat16. The network's own parameters stay as they
/// are; ``Module/train(using:)`` ends the preparation, and so does loading other weights.
///
/// ```swift
/// let fast = try network.preparedForInference(example: images)
/// let scores = fast(images)
/// ```
public struct PreparedNetwork: Sendable {
  /// Number of batch normalisations that were folded.
  public let foldedCount: Int
  private let network: any Layer
  private let elementType: ElementType
  private let isChannelsLast: Bool

  init(
    _ network: any Layer, foldedCount: Int, elementType: ElementType, isChannelsLast: Bool
  ) {
    self.network = network
    self.foldedCount = foldedCount
    self.elementType = elementType
    self.isChannelsLast = isChannelsLast
  }

  /// Computes the output, without recording.
  ///
  /// - Parameter x: An input of the shape of the example, but for sizes that the network leaves open.
  /// - Returns: The output in the input's element type.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    withoutGradients {
      var prepared = x.elementType.isFloatingPoint ? x.converted(to: elementType) : x
      if isChannelsLast && (x.rank == 4 || x.rank == 5) { prepared = prepared.toChannelsLast() }
      let y = network(prepared)
      return x.elementType.isFloatingPoint ? y.converted(to: x.elementType) : y
    }
  }
}

/// Why a network cannot be prepared.
public enum PreparationError: Error, Equatable, CustomStringConvertible {
  /// A module's parameters cannot be used with the element type.
  case unsupported(module: String, elementType: ElementType)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unsupported(let module, let elementType):
      "\(module) has parameters that cannot be used in \(elementType)"
    }
  }
}

extension Layer {
  /// Prepares the network for evaluation only.
  ///
  /// The example is run twice: what flows from where decides what can be folded, and when the
  /// outputs differ by more than rounding, nothing is.
  ///
  /// - Parameters:
  ///   - example: A typical input.
  ///   - elementType: Type of convolutions and linear layers: the parameters' own or bfloat16.
  ///   - channelsLast: Whether the channels of a pixel lie side by side.
  /// - Returns: The network, to be called like a function.
  /// - Throws: ``PreparationError`` when the element type cannot be used.
  public func preparedForInference(
    example: Tensor, elementType: ElementType = .float32, channelsLast: Bool = true
  ) throws(PreparationError) -> PreparedNetwork {
    let layers = namedModules.compactMap { $0.module as? any PreparableLayer }
    try requireSupport(of: elementType)
    evaluate()
    for layer in layers { layer.preparation.discard() }
    let folded = foldNorms(example)
    for layer in layers {
      layer.prepare(elementType: elementType, channelsLast: channelsLast)
    }
    return PreparedNetwork(
      self, foldedCount: folded, elementType: elementType, isChannelsLast: channelsLast)
  }

  /// Checks that every module with parameters follows a change of the element type.
  private func requireSupport(of elementType: ElementType) throws(PreparationError) {
    for (name, module) in namedModules {
      let ownsOthers = module.members.contains { member in
        if case .parameter(let parameter) = member.part {
          return parameter.elementType != elementType
        }
        return false
      }
      if ownsOthers && !(module is any PreparableLayer) {
        throw .unsupported(module: name, elementType: elementType)
      }
    }
  }

  /// Folds every batch normalisation whose input is the output of one layer; returns how many.
  private func foldNorms(_ example: Tensor) -> Int {
    var calls: [(module: any Module, input: Tensor, output: Tensor)] = []
    let before = withoutGradients {
      ModuleCalls.watching({ module, inputs, outputs in
        guard module is any PreparableLayer, inputs.count == 1 else { return }
        calls.append((module, inputs[0], outputs[0]))
      }) { self(example) }
    }
    var callCounts: [ObjectIdentifier: Int] = [:]
    for call in calls { callCounts[ObjectIdentifier(call.module), default: 0] += 1 }
    var pairs: [(layer: any PreparableLayer, norm: any FoldableNorm)] = []
    for call in calls {
      guard let norm = call.module as? any FoldableNorm, callCounts[ObjectIdentifier(norm)] == 1,
        let source = calls.first(where: { $0.output.isSame(as: call.input) }),
        let layer = source.module as? any PreparableLayer, !(layer is any FoldableNorm),
        callCounts[ObjectIdentifier(layer)] == 1,
        calls.filter({ $0.input.isSame(as: source.output) }).count == 1
      else { continue }
      pairs.append((layer, norm))
    }
    for (layer, norm) in pairs { layer.absorb(norm) }
    guard !pairs.isEmpty else { return 0 }
    let after = withoutGradients { self(example) }
    let scale = before.abs().max().converted(to: .float64).item(of: Double.self)
    let change = (after - before).abs().max().converted(to: .float64).item(of: Double.self)
    if change <= 1e-4 * scale { return pairs.count }
    for (layer, norm) in pairs {
      layer.preparation.discard()
      norm.preparation.discard()
    }
    return 0
  }
}

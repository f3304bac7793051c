public import Networks
public import PointClouds
internal import Tensors

/// A module that turns one sparse tensor into one sparse tensor.
///
/// Layers that look at each cell on its own, normalisations, activations and linear layers, need not be
/// of this kind: every ``Networks/Layer`` that takes `[N, C]` works on the features
/// (``SparseSequential``).
public protocol SparseLayer: Module {
  /// Computes the output.
  ///
  /// - Parameter x: The input.
  /// - Returns: The output.
  func forward(_ x: SparseTensor) -> SparseTensor
}

extension SparseLayer {
  /// Computes the output; the features are what watchers of the network see.
  ///
  /// - Parameter x: The input.
  /// - Returns: The output.
  public func callAsFunction(_ x: SparseTensor) -> SparseTensor {
    var result = x
    _ = watched([x.features]) {
      result = forward(x)
      return [result.features]
    }
    return result
  }
}

extension Layer {
  /// Computes the features of a sparse tensor, cell by cell.
  ///
  /// - Parameter x: The input.
  /// - Returns: A tensor at the same cells.
  public func callAsFunction(_ x: SparseTensor) -> SparseTensor { x.with(self(x.features)) }
}

/// Layers one behind the other, of sparse tensors or of their features.
///
/// They are named by their place or by given names. A convolution with a batch normalisation and
/// perhaps a rectification behind it is one operation where neither gradients nor the layers' own
/// results are wanted.
public final class SparseSequential: SparseLayer {
  /// The layers with their names, in order; each a ``SparseLayer`` or a ``Networks/Layer``.
  public let layers: [(name: String, layer: any Module)]
  /// The layers, and in place of chains inside what they consist of.
  private let flat: [any Module]

  /// A chain of layers named by their place.
  ///
  /// - Parameter layers: The layers, each a ``SparseLayer`` or a ``Networks/Layer``.
  public convenience init(_ layers: [any Module]) {
    self.init(named: layers.enumerated().map { ("\($0.offset)", $0.element) })
  }

  /// A chain of layers named by their place.
  ///
  /// - Parameter layers: The layers, each a ``SparseLayer`` or a ``Networks/Layer``.
  public convenience init(_ layers: any Module...) { self.init(layers) }

  /// A chain of named layers.
  ///
  /// - Parameter layers: Names, each once, and layers.
  public init(named layers: [(name: String, layer: any Module)]) {
    for (name, layer) in layers {
      require(
        layer is any SparseLayer || layer is any Layer,
        "SparseSequential: \(name) takes no sparse tensor")
    }
    self.layers = layers
    flat = layers.flatMap { ($0.layer as? SparseSequential)?.flat ?? [$0.layer] }
  }

  /// The parts with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] {
    layers.map { ($0.name, .module($0.layer)) }
  }

  /// Computes the output.
  public func forward(_ x: SparseTensor) -> SparseTensor {
    // What is folded does not show up as calls of single layers.
    if isRecordingGradients || areModuleCallsWatched {
      return layers.reduce(x) { applied($1.layer, $0) }
    }
    var (x, place) = (x, 0)
    while place < flat.count {
      let convolution = flat[place] as? any SparseConvolving
      let next = place + 1 < flat.count ? flat[place + 1] as? any FoldableNormalisation : nil
      guard let convolution, let next, canFuse(x, next) else {
        x = applied(flat[place], x)
        place += 1
        continue
      }
      let isFollowed = !next.rectifies && place + 2 < flat.count && flat[place + 2] is ReLU
      x = fused(x, convolution, next, isRectified: next.rectifies || isFollowed)
      place += isFollowed ? 3 : 2
    }
    return x
  }

  private func applied(_ layer: any Module, _ x: SparseTensor) -> SparseTensor {
    if let layer = layer as? any SparseLayer { return layer(x) }
    if let layer = layer as? any Layer { return layer(x) }
    return x
  }
}

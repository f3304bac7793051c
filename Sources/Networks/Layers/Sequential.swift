public import Tensors

/// Layers one behind the other.
///
/// ```swift
/// let network = Sequential(Linear(784, 100), ReLU(), Linear(100, 10))
/// ```
///
/// They are named by their place, `0.weight`, or by given names.
public final class Sequential: Layer {
  /// The layers with their names, in order.
  public let layers: [(name: String, layer: any Layer)]

  /// A chain of layers named by their place.
  ///
  /// - Parameter layers: The layers, in order.
  public init(_ layers: [any Layer]) {
    self.layers = layers.enumerated().map { ("\($0.offset)", $0.element) }
  }

  /// A chain of layers named by their place.
  ///
  /// - Parameter layers: The layers, in order.
  public convenience init(_ layers: any Layer...) { self.init(layers) }

  /// A chain of named layers.
  ///
  /// - Parameter layers: Names, each once, and layers, in order.
  public init(named layers: [(name: String, layer: any Layer)]) {
    require(
      Set(layers.map(\.name)).count == layers.count, "Sequential: two layers have the same name")
    self.layers = layers
  }

  /// The parts with their names in files of weights.
  public var members: [(name: String, part: ModulePart)] {
    layers.map { ($0.name, .module($0.layer)) }
  }

  /// The layer at a place, from 0.
  public subscript(place: Int) -> any Layer { layers[place].layer }

  /// Computes the output.
  public func forward(_ x: Tensor) -> Tensor {
    var x = x
    for (_, layer) in layers { x = layer(x) }
    return x
  }
}

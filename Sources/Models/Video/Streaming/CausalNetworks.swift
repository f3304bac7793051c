public import Networks
public import Tensors

extension ResNet3D: CausalClipNetwork {
  /// The stem and the blocks.
  public var frameGraph: FrameGraph {
    var graph = FrameGraph()
    graph.output = graph.chain(graph.input, stem)
    for block in blocks { graph.output = block.appended(to: &graph, graph.output) }
    return graph
  }

  /// The mean over space.
  public func described(_ map: Tensor) -> Tensor { map.mean(axes: [2, 3]) }

  /// The linear layer.
  public func scores(ofMean mean: Tensor) -> Tensor { fc(mean) }
}

extension Slow3D: CausalClipNetwork {
  /// The convolutions.
  public var frameGraph: FrameGraph {
    var graph = FrameGraph()
    graph.output = graph.chain(graph.input, body)
    return graph
  }

  /// The mean over space.
  public func described(_ map: Tensor) -> Tensor { map.mean(axes: [2, 3]) }

  /// The linear layer.
  public func scores(ofMean mean: Tensor) -> Tensor { head(mean) }
}

extension C3D: CausalClipNetwork {
  /// The convolutions and the pooling.
  public var frameGraph: FrameGraph {
    var graph = FrameGraph()
    func layer(_ value: FrameGraph.Value, _ convolution: Conv3D) -> FrameGraph.Value {
      graph.convolution(value, convolution, isRectified: true)
    }
    var y = graph.maxPool(layer(graph.input, conv1), firstPool)
    y = graph.maxPool(layer(y, conv2), pool)
    y = graph.maxPool(layer(layer(y, conv3a), conv3b), pool)
    y = graph.maxPool(layer(layer(y, conv4a), conv4b), pool)
    graph.output = graph.maxPool(layer(layer(y, conv5a), conv5b), lastPool)
    return graph
  }

  /// The scores are themselves averaged.
  public func scores(ofMean mean: Tensor) -> Tensor { mean }
}

extension ClipBlock {
  /// Adds the block to a network's layers.
  fileprivate func appended(
    to graph: inout FrameGraph, _ value: FrameGraph.Value
  ) -> FrameGraph.Value {
    let shortcut = downsample.map { graph.chain(value, $0) } ?? value
    return graph.chain(graph.chain(value, conv1), conv2, adding: shortcut, isRectified: true)
  }
}

extension FrameGraph {
  /// Adds convolutions of a chain, each with the normalisation and the rectifier behind it.
  ///
  /// - Parameters:
  ///   - value: The input.
  ///   - layers: Convolutions, batch normalisations, rectifiers, and chains of these.
  ///   - added: What is added behind the last convolution.
  ///   - isRectified: Whether the sum is rectified.
  /// - Returns: The output.
  fileprivate mutating func chain(
    _ value: Value, _ layers: Sequential, adding added: Value? = nil, isRectified: Bool = false
  ) -> Value {
    let parts = layers.flattened
    let places = parts.indices.filter { parts[$0] is Conv3D }
    var value = value
    for (number, place) in places.enumerated() {
      guard let convolution = parts[place] as? Conv3D else { continue }
      let isLast = number == places.count - 1
      let behind = parts[(place + 1)..<(isLast ? parts.count : places[number + 1])]
      value = self.convolution(
        value, convolution, norm: behind.lazy.compactMap { $0 as? BatchNorm3D }.first,
        adding: isLast ? added : nil,
        isRectified: behind.contains { $0 is ReLU } || (isLast && isRectified))
    }
    return value
  }
}

extension Sequential {
  /// The layers of this chain and of chains inside it, in order.
  fileprivate var flattened: [any Layer] {
    layers.flatMap { ($0.layer as? Sequential)?.flattened ?? [$0.layer] }
  }
}

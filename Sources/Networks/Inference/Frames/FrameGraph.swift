import Tensors

/// A causal network over clips as a list of what happens when a frame arrives.
///
/// Each layer keeps the last frames of its input that its kernel reaches back to, so that a new frame
/// costs one frame's work. Temporal strides skip steps: a layer of stride 2 works at every second
/// frame of its input. What comes out equals what the network makes of the whole clip.
///
/// ```swift
/// var graph = FrameGraph()
/// let edges = graph.convolution(graph.input, stem, norm: bn, isRectified: true)
/// graph.output = graph.maxPool(edges, pool)
/// var run = FrameRun(graph)
/// let map = try run.push(frame)   // nil while the strides wait for further frames
/// ```
///
/// Weights are copied, with batch normalisations in evaluation folded into them.
public struct FrameGraph: Sendable {
  /// What a layer puts out, frame by frame.
  public struct Value: Sendable, Equatable {
    let index: Int
  }

  /// When a value has a new frame: at `offset`, then every `period` frames of the input.
  public struct Timing: Sendable, Equatable {
    /// Frames of the input before the first one.
    public let offset: Int
    /// Frames of the input from one to the next.
    public let period: Int

    func contains(_ frame: Int) -> Bool { frame >= offset && (frame - offset) % period == 0 }
  }

  enum Operation {
    case input
    case convolution(GraphOperation.Filter, isRectified: Bool)
    case maxPool
  }

  struct Node: Sendable {
    var operation: Operation
    var source = 0
    /// What is added before rectifying.
    var added: Int?
    /// Along time, height and width.
    var kernel = [1, 1, 1]
    var stride = [1, 1, 1]
    var dilation = [1, 1, 1]
    var padding = [0, 0, 0]
    var timing: Timing
    /// Frames of the source before the newest that the kernel sees.
    var reach: Int { dilation[0] * (kernel[0] - 1) }
  }

  private(set) var nodes = [Node(operation: .input, timing: Timing(offset: 0, period: 1))]

  /// The frames that come in.
  public let input = Value(index: 0)

  /// What comes out; the input at first.
  public var output = Value(index: 0)

  /// A network without layers.
  public init() {}

  /// When a value has a new frame.
  ///
  /// - Parameter value: What a layer puts out.
  /// - Returns: Its rhythm in frames of the input.
  public func timing(of value: Value) -> Timing { nodes[value.index].timing }

  /// The most frames that pass after a frame before the output depends on it.
  public var latency: Int {
    let timing = timing(of: output)
    return max(timing.offset, timing.period - 1)
  }

  /// Channels that the first convolution wants.
  public var inputChannels: Int? {
    for node in nodes where node.source == 0 {
      if case .convolution(let filter, _) = node.operation {
        return filter.weight.shape[1] * filter.groups
      }
    }
    return nil
  }

  /// Adds a convolution with what directly follows it.
  ///
  /// - Parameters:
  ///   - value: Its input.
  ///   - layer: The convolution: causal, or without padding over time.
  ///   - norm: A normalisation behind it, as it is in evaluation.
  ///   - added: What is added then.
  ///   - isRectified: Whether negative numbers become 0 at the end.
  /// - Returns: Its output.
  public mutating func convolution(
    _ value: Value, _ layer: Conv3D, norm: BatchNorm3D? = nil, adding added: Value? = nil,
    isRectified: Bool = false
  ) -> Value {
    let node = Node(
      operation: .convolution(folded(layer, norm), isRectified: isRectified), source: value.index,
      added: added?.index, kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation,
      padding: layer.padding, timing: timing(of: value))
    return append(node, zerosInFront: layer.isCausal ? layer.reach : 0)
  }

  /// Adds the largest elements of windows; their frames are complete before anything comes out.
  ///
  /// - Parameters:
  ///   - value: The input.
  ///   - layer: The pooling, without padding over time.
  /// - Returns: The output.
  public mutating func maxPool(_ value: Value, _ layer: MaxPool3D) -> Value {
    require(
      layer.dilation.expanded(to: 3) == [1, 1, 1] && !layer.ceil,
      "pooling frame by frame knows neither dilation nor windows that the end cuts")
    let node = Node(
      operation: .maxPool, source: value.index, kernel: layer.kernel, stride: layer.stride,
      padding: layer.padding, timing: timing(of: value))
    return append(node, zerosInFront: 0)
  }

  private mutating func append(_ node: Node, zerosInFront: Int) -> Value {
    require(
      node.padding[0] == 0,
      "a layer over clips with zeros behind the last frame depends on frames to come")
    var node = node
    let before = node.timing
    node.timing = Timing(
      offset: before.offset + before.period * (node.reach - zerosInFront),
      period: before.period * node.stride[0])
    if let added = node.added {
      require(
        nodes[added].timing == node.timing,
        "frames at \(nodes[added].timing) cannot be added to frames at \(node.timing)")
    }
    nodes.append(node)
    return Value(index: nodes.count - 1)
  }

  private func folded(_ layer: Conv3D, _ norm: BatchNorm3D?) -> GraphOperation.Filter {
    let filter = GraphOperation.Filter(
      weight: layer.weight.value.detached().converted(to: .float32).copied(),
      bias: layer.bias?.value.detached().converted(to: .float32).copied(), groups: layer.groups)
    guard let norm else { return filter }
    func array(_ tensor: Tensor?, _ otherwise: Float) -> [Float] {
      tensor?.detached().converted(to: .float32).array(of: Float.self)
        ?? [Float](repeating: otherwise, count: layer.outputs)
    }
    return filter.scaled(
      by: .init(
        mean: array(norm.runningMean.value, 0), variance: array(norm.runningVariance.value, 1),
        scale: array(norm.weight?.value, 1), shift: array(norm.bias?.value, 0),
        epsilon: norm.epsilon))
  }
}

extension FrameGraph.Operation: @unchecked Sendable {}

public import Tensors

/// A causal network under way: frames go in, maps come out when the strides have enough of them.
///
/// A copy goes on by itself from where it was made.
public struct FrameRun: Sendable {
  /// Who computes.
  public enum Engine: Sendable {
    /// oneDNN where there is one and the batch holds one clip, else libtorch.
    case fastest
    /// libtorch.
    case libtorch
  }

  /// Frames that went in.
  public private(set) var count = 0

  private let graph: FrameGraph
  private let engine: Engine
  private var shape: [Int]?
  private var planned: FramePlan?
  /// For each value of libtorch its last frames, `[B, C, 1, H, W]`, the newest last.
  private var past: [[Tensor]]

  /// A network before its first frame.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - engine: Who computes.
  public init(_ graph: FrameGraph, engine: Engine = .fastest) {
    self.graph = graph
    self.engine = engine
    past = [[Tensor]](repeating: [], count: graph.nodes.count)
  }

  /// Whether oneDNN computes; known after the first frame.
  public var isPrepared: Bool { planned != nil }

  /// Takes the next frame.
  ///
  /// - Parameter frame: `[B, C, H, W]`, float32; all of one shape.
  /// - Returns: The output's new map `[B, C', H', W']`, or nil where the strides wait.
  public mutating func push(_ frame: Tensor) -> Tensor? {
    require(
      frame.rank == 4 && shape ?? frame.shape == frame.shape && frame.elementType == .float32,
      "frames of shape \(shape ?? []) were pushed before one of shape \(frame.shape)")
    if shape == nil {
      shape = frame.shape
      if engine == .fastest && frame.shape[0] == 1 {
        planned = try? FramePlan(graph, frame: Array(frame.shape[1...]))
      }
    }
    defer { count += 1 }
    return withoutGradients {
      guard planned != nil else { return pushToLibtorch(frame) }
      if !isKnownUniquelyReferenced(&planned) { planned = planned.flatMap { try? $0.copied() } }
      return planned?.push(frame, at: count)
    }
  }

  private mutating func pushToLibtorch(_ frame: Tensor) -> Tensor? {
    for (place, node) in graph.nodes.enumerated() where node.timing.contains(count) {
      let made: Tensor
      switch node.operation {
      case .input: made = frame.unsqueezed(2)
      case .convolution(let filter, let isRectified):
        var sum = window(node).convolution(
          filter.weight, bias: filter.bias, stride: PerAxis([1] + node.stride.dropFirst()),
          padding: PerAxis(node.padding), dilation: PerAxis(node.dilation), groups: filter.groups)
        if let added = node.added, let newest = past[added].last { sum = sum + newest }
        made = isRectified ? sum.relu() : sum
      case .maxPool:
        made = window(node).maxPool(
          axes: 3, PerAxis(node.kernel), stride: PerAxis([1] + node.stride.dropFirst()),
          padding: PerAxis(node.padding))
      }
      past[place].append(made)
      let kept = graph.frames(of: place)
      if past[place].count > kept { past[place].removeFirst(past[place].count - kept) }
    }
    guard graph.timing(of: graph.output).contains(count) else { return nil }
    return past[graph.output.index].last?.squeezed(2)
  }

  /// The newest frames that a kernel sees, with zeros before the first.
  private func window(_ node: FrameGraph.Node) -> Tensor {
    let frames = Array(past[node.source].suffix(node.reach + 1))
    if node.reach == 0 { return frames[0] }
    let zeros = [Tensor](repeating: frames[0] * 0, count: node.reach + 1 - frames.count)
    return .concatenated(zeros + frames, axis: 2)
  }
}

extension FrameGraph {
  /// How many frames of a value layers look back at, the newest included.
  func frames(of value: Int) -> Int {
    nodes.dropFirst().filter { $0.source == value }.map { $0.reach + 1 }.max() ?? 1
  }
}

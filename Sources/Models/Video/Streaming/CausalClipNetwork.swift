public import Networks
public import Tensors

/// A network of 3D convolutions over clips, whose scores are those of a mean over time.
///
/// When it is causal, its maps can be computed frame by frame.
public protocol CausalClipNetwork: StreamingNetwork {
  /// Whether no map depends on a later frame.
  var isCausal: Bool { get }
  /// The layers up to the last maps; asked only of causal networks.
  var frameGraph: FrameGraph { get }

  /// The last maps.
  ///
  /// - Parameter x: Normalised clips, `[B, C, T, H, W]`.
  /// - Returns: `[B, C', T', H', W']`.
  func features(_ x: Tensor) -> Tensor
  /// What is averaged over time.
  ///
  /// - Parameter map: The last map of one time, `[B, C', H', W']`.
  /// - Returns: `[B, K]`.
  func described(_ map: Tensor) -> Tensor
  /// The scores.
  ///
  /// - Parameter mean: The mean over time, `[B, K]`.
  /// - Returns: `[B, classes]`, no softmax.
  func scores(ofMean mean: Tensor) -> Tensor
}

/// Over which maps of a stream the mean is taken that the scores are computed of.
public enum TimeMean: Sendable, Equatable {
  /// All since the stream began, as the network itself does with a clip.
  case all
  /// The last ones, at least 1: for streams whose content changes.
  case last(Int)
}

extension CausalClipNetwork {
  /// Begins a stream over all frames, computed by whoever is fastest.
  ///
  /// - Returns: The stream, or nil when the network is not causal.
  public func makeStream() -> FrameStream? { makeStream(mean: .all) }

  /// Begins a stream, with the network in evaluation.
  ///
  /// The weights of the convolutions are those of now.
  ///
  /// - Parameters:
  ///   - mean: Over which maps the mean is taken.
  ///   - engine: Who computes the convolutions.
  /// - Returns: The stream, or nil when the network is not causal.
  public func makeStream(mean: TimeMean, engine: FrameRun.Engine = .fastest) -> FrameStream? {
    guard isCausal else { return nil }
    evaluate()
    return FrameStream(CausalClipStream(self, mean, engine))
  }

  /// The scores of a clip with a mean over some of its maps; a stream's are equal.
  ///
  /// - Parameters:
  ///   - clip: Normalised, `[B, C, T, H, W]`.
  ///   - mean: Over which maps the mean is taken.
  /// - Returns: `[B, classes]`, no softmax.
  public func scores(of clip: Tensor, mean: TimeMean) -> Tensor {
    let maps = features(clip)
    var first = 0
    if case .last(let count) = mean { first = max(0, maps.shape[2] - max(1, count)) }
    let rows = (first..<maps.shape[2]).map { described(maps.selected(axis: 2, at: $0)) }
    return scores(ofMean: Tensor.stacked(rows).mean(axes: [0]))
  }
}

/// A causal network and the sum of what it described so far.
private struct CausalClipStream: FrameStreamState {
  let latency: Int
  private let network: any CausalClipNetwork
  private let mean: TimeMean
  private let channels: Int?
  private var run: FrameRun
  private var count = 0
  /// In float64, so that long streams lose nothing.
  private var sum: Tensor?
  private var window: [Tensor] = []

  init(_ network: some CausalClipNetwork, _ mean: TimeMean, _ engine: FrameRun.Engine) {
    self.network = network
    self.mean = mean
    let graph = network.frameGraph
    latency = graph.latency
    channels = graph.inputChannels
    run = FrameRun(graph, engine: engine)
  }

  mutating func push(_ frame: Tensor) throws -> Tensor? {
    if let channels, frame.shape[1] != channels {
      throw ModelError.input("frame: expected [B, \(channels), H, W], got \(frame.shape)")
    }
    guard let map = run.push(frame) else { return nil }
    let row = network.described(map).converted(to: .float64)
    let total: Tensor
    switch mean {
    case .all:
      count += 1
      total = sum.map { $0 + row } ?? row
      sum = total
    case .last(let most):
      window.append(row)
      if window.count > max(1, most) { window.removeFirst() }
      count = window.count
      total = window.dropFirst().reduce(window[0]) { $0 + $1 }
    }
    return network.scores(ofMean: (total / Double(count)).converted(to: .float32))
  }
}

import Networks
import TestSupport
import Tensors
import Testing

struct FrameRunTests {
  /// Strides, dilation, groups and a bias over time, a shortcut, and pooling that waits.
  private final class Branched: Layer {
    let first = Conv3D(
      2, 4, kernel: 3, stride: [2, 1, 1], padding: 1, dilation: [2, 1, 1], groups: 2, causal: true)
    let norm = BatchNorm3D(4)
    let side = Conv3D(2, 4, kernel: 1, stride: [2, 1, 1], causal: true)
    let pool = MaxPool3D(3, stride: 2, padding: [0, 1, 1])
    let last = Conv3D(4, 3, kernel: [2, 1, 1])

    func forward(_ x: Tensor) -> Tensor {
      last(pool((norm(first(x)) + side(x)).relu()))
    }

    var graph: FrameGraph {
      var graph = FrameGraph()
      let shortcut = graph.convolution(graph.input, side)
      let sum = graph.convolution(
        graph.input, first, norm: norm, adding: shortcut, isRectified: true)
      graph.output = graph.convolution(graph.maxPool(sum, pool), last)
      return graph
    }
  }

  private func clip(_ batch: Int) -> Tensor {
    var generator = SeededGenerator(seed: 6)
    return .normal([batch, 2, 23, 6, 5], using: &generator)
  }

  @Test(arguments: [(1, FrameRun.Engine.fastest), (1, .libtorch), (2, .fastest)])
  func `maps of a stream are those of the clip, one after the other`(
    batch: Int, engine: FrameRun.Engine
  ) throws {
    let network = Branched().withUnevenState()
    network.evaluate()
    let x = clip(batch)
    let expected = withoutGradients { network(x) }
    var run = FrameRun(network.graph, engine: engine)
    var count = 0
    for frame in 0..<23 {
      guard let map = run.push(x.selected(axis: 2, at: frame)) else { continue }
      #expect(
        map.isClose(to: expected.selected(axis: 2, at: count), relative: 0, absolute: 1e-5))
      count += 1
    }
    #expect(count == expected.shape[2] && count == 4)
    #expect(run.isPrepared == (engine == .fastest && batch == 1))
  }

  @Test func `the rhythm of a value follows from kernels and strides`() {
    let graph = Branched().initialized(seed: 1).graph
    // Pooling over frames 0, 2 and 4, then 4, 6 and 8; the last kernel waits for two of these.
    let timing = graph.timing(of: graph.output)
    #expect(timing.period == 4 && timing.offset == 8)
    #expect(graph.latency == 8)
    #expect(graph.inputChannels == 2)
  }

  @Test func `weights are those of the beginning`() {
    let network = Branched().withUnevenState()
    network.evaluate()
    let x = clip(1)
    let expected = withoutGradients { network(x) }
    var run = FrameRun(network.graph)
    network.initialized(seed: 99)
    var last: Tensor?
    for frame in 0..<23 { last = run.push(x.selected(axis: 2, at: frame)) ?? last }
    #expect(
      last?.isClose(to: expected.selected(axis: 2, at: 3), relative: 0, absolute: 1e-5) == true)
  }

  @Test func `a causal convolution never sees later places`() {
    for layer in [
      Conv1D(1, 1, kernel: 3, dilation: 2, causal: true),
      Conv1D(1, 1, kernel: 4, stride: 2, padding: 7, causal: true),
    ] {
      layer.initialized(seed: 1)
      let x = Tensor.ones([1, 1, 9]).requiringGradient()
      let y = layer(x)
      for place in 0..<y.count {
        let seen = gradients(
          of: y.flattened()[place], withRespectTo: [x], keepingGraph: true)[0]
        let last = seen.array(of: Float.self).lastIndex { $0 != 0 }
        #expect(last == place * layer.stride[0])
      }
      #expect(y.count == (9 - 1) / layer.stride[0] + 1)
    }
  }
}

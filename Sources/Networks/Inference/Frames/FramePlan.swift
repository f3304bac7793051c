internal import CDNN
import Foundation
import Tensors

/// A causal network as steps of oneDNN over ring buffers: memory that holds the last frames of every
/// value side by side, `[frames, H, W, C]`, the newest at the end.
///
/// A new frame moves the others of its value one place to the front, so that the window of every
/// kernel lies in one piece. Used by one thread at a time.
final class FramePlan: @unchecked Sendable {
  private struct Ring {
    /// Channels, height, width.
    var shape: [Int]
    var frames: Int
    var offset = 0
    var frameBytes: Int { shape.reduce(MemoryLayout<Float>.stride, *) }
    var newest: Int { offset + (frames - 1) * frameBytes }
  }

  private let graph: FrameGraph
  private let frame: [Int]
  private let program: DNNProgram
  private let memory: PlannedMemory
  private let byteCount: Int
  private let rings: [Ring]
  private var steps: [Range<Int>] = []
  private let source: Tensor
  private let result: Tensor

  /// - Parameters:
  ///   - graph: The network.
  ///   - frame: Channels, height and width of the frames.
  /// - Throws: ``PreparationError`` when oneDNN cannot do a step.
  init(_ graph: FrameGraph, frame: [Int]) throws(PreparationError) {
    self.graph = graph
    self.frame = frame
    var rings: [Ring] = []
    var end = 0
    for (place, node) in graph.nodes.enumerated() {
      var ring = Ring(
        shape: node.shape(of: node.isInput ? frame : rings[node.source].shape),
        frames: graph.frames(of: place))
      ring.offset = end
      // Two elements of room behind each, and every frame at a multiple of a cache line.
      end += (ring.frames * ring.frameBytes + 127) & ~63
      rings.append(ring)
    }
    let memory = PlannedMemory(byteCount: end)
    memory.base.initializeMemory(as: UInt8.self, repeating: 0, count: end)
    let program = try DNNProgram(threads: TorchThreads.count)
    self.rings = rings
    self.memory = memory
    self.program = program
    byteCount = end
    func view(_ ring: Ring) -> Tensor {
      let (c, h, w) = (ring.shape[0], ring.shape[1], ring.shape[2])
      return Tensor(
        lending: memory.base + ring.newest, shape: [1, c, h, w], strides: [h * w * c, 1, w * c, c],
        elementType: .float32, owner: memory)
    }
    source = view(rings[0])
    result = view(rings[graph.output.index])
    for (place, node) in graph.nodes.enumerated() {
      let before = program.stepCount
      if let operation = node.planned {
        let given = rings[node.source]
        try program.add(
          operation,
          [tensor(given, frames: node.reach + 1)], tensor(rings[place], frames: 1))
      }
      steps.append(before..<program.stepCount)
    }
  }

  private func tensor(_ ring: Ring, frames: Int) -> cdnn_tensor {
    let start = ring.offset + (ring.frames - frames) * ring.frameBytes
    return cdnn_tensor(
      data: memory.base + start, element_type: Int32(cdnn_float32), rank: 5,
      sizes: (
        1, Int64(ring.shape[0]), Int64(frames), Int64(ring.shape[1]), Int64(ring.shape[2])
      ))
  }

  /// The same network at the same frame, in memory of its own.
  func copied() throws(PreparationError) -> FramePlan {
    let copy = try FramePlan(graph, frame: frame)
    copy.memory.base.copyMemory(from: memory.base, byteCount: byteCount)
    return copy
  }

  /// Takes a frame `[1, C, H, W]`.
  ///
  /// - Returns: The output's new map in memory of its own, or nil.
  func push(_ frame: Tensor, at count: Int) -> Tensor? {
    for (place, node) in graph.nodes.enumerated() where node.timing.contains(count) {
      let ring = rings[place]
      if ring.frames > 1 {
        memmove(
          memory.base + ring.offset, memory.base + ring.offset + ring.frameBytes,
          (ring.frames - 1) * ring.frameBytes)
      }
      if node.isInput {
        source.overwrite(with: frame)
      } else {
        if let added = node.added {
          memcpy(
            memory.base + ring.newest, memory.base + rings[added].newest, ring.frameBytes)
        }
        program.run(steps[place])
      }
    }
    return graph.timing(of: graph.output).contains(count) ? result.copied() : nil
  }
}

extension FrameGraph.Node {
  var isInput: Bool {
    if case .input = operation { return true }
    return false
  }

  /// Channels, height and width of a frame that comes out.
  func shape(of frame: [Int]) -> [Int] {
    func length(_ axis: Int) -> Int {
      (frame[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1
    }
    switch operation {
    case .input: return frame
    case .convolution(let filter, _): return [filter.weight.shape[0], length(1), length(2)]
    case .maxPool: return [frame[0], length(1), length(2)]
    }
  }

  /// The operation on a window of frames; nil for the input.
  var planned: GraphOperation? {
    let window = GraphOperation.Window(
      kernel: kernel, stride: [1] + stride.dropFirst(), dilation: dilation, paddingBefore: padding,
      paddingAfter: padding)
    switch operation {
    case .input: return nil
    case .convolution(let filter, let isRectified):
      let post: [GraphOperation.PostOperation] =
        (added == nil ? [] : [.sum]) + (isRectified ? [.leakyReLU(slope: 0)] : [])
      return .convolution(filter, window, post)
    case .maxPool: return .pooling(.maximum, window)
    }
  }
}

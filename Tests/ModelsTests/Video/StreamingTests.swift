import Models
import Networks
import Tensors
import Testing

struct StreamingTests {
  private static let networks: [String: @Sendable () -> any CausalClipNetwork] = [
    "r3d_18": { ResNet3D(.r3d18, classes: 5, width: 8, causal: true) },
    "mc3_18": { ResNet3D(.mc3_18, classes: 5, width: 8, causal: true) },
    "r2plus1d_18": { ResNet3D(.r2plus1d18, classes: 5, width: 8, causal: true) },
    "slow3d": { Slow3D(classes: 5, widths: [4, 6, 8], causal: true) },
    "slow3d of odd strides": {
      Slow3D(classes: 5, widths: [4, 6], strides: [[3, 2, 2], [1, 1, 2]], causal: true)
    },
    "c3d": { C3D(classes: 5, width: 2, size: 32, features: 12, causal: true) },
  ]

  private func made(_ name: String) throws -> any CausalClipNetwork {
    let make = try #require(Self.networks[name])
    let network = make()
    network.initialized(seed: 7)
    // Running statistics that are not those of an untrained network.
    var generator = SeededGenerator(seed: 8)
    for (name, buffer) in network.namedBuffers where buffer.isRequired {
      let range = name.hasSuffix("var") ? 0.5..<1.5 : -0.2..<0.2
      buffer.value = .uniform(buffer.shape, in: range, using: &generator)
    }
    network.evaluate()
    return network
  }

  private func clip(_ frames: Int, batch: Int = 1) -> Tensor {
    var generator = SeededGenerator(seed: 9)
    return .normal([batch, 3, frames, 32, 32], using: &generator)
  }

  @Test(arguments: networks.keys.sorted())
  func `streamed scores equal the clip's at every frame`(name: String) throws {
    let network = try made(name)
    let frames = 33
    for (batch, engine) in [(1, FrameRun.Engine.fastest), (1, .libtorch), (2, .fastest)] {
      let clip = clip(frames, batch: batch)
      var stream = try #require(network.makeStream(mean: .all, engine: engine))
      var last: (frame: Int, scores: Tensor)?
      var waits = 0
      for frame in 0..<frames {
        if let scores = try stream.push(clip.selected(axis: 2, at: frame)) {
          last = (frame, scores)
          waits = 0
          let seen = clip.narrowed(axis: 2, to: 0..<(frame + 1))
          let offline = withoutGradients { network(seen) }
          #expect(scores.isClose(to: offline, relative: 0, absolute: 1e-5), "frame \(frame)")
        } else {
          waits += 1
          #expect(waits <= stream.latency)
        }
      }
      #expect(last != nil && frames - 1 - (last?.frame ?? 0) <= stream.latency)
    }
  }

  @Test(arguments: ["r3d_18", "c3d", "slow3d"])
  func `a mean over the last maps equals the clip's over the same`(name: String) throws {
    let network = try made(name)
    let clip = clip(48)
    var stream = try #require(network.makeStream(mean: .last(2)))
    for frame in 0..<48 {
      guard let scores = try stream.push(clip.selected(axis: 2, at: frame)) else { continue }
      let seen = clip.narrowed(axis: 2, to: 0..<(frame + 1))
      let offline = withoutGradients { network.scores(of: seen, mean: .last(2)) }
      #expect(scores.isClose(to: offline, relative: 0, absolute: 1e-5))
    }
  }

  @Test func `the latency is that of the strides over time`() throws {
    let expected = [
      "r3d_18": 7, "mc3_18": 0, "r2plus1d_18": 7, "slow3d": 3, "slow3d of odd strides": 2, "c3d": 15,
    ]
    for name in Self.networks.keys.sorted() {
      #expect(try made(name).makeStream()?.latency == expected[name])
    }
  }

  @Test func `a copied stream goes on by itself`() throws {
    let network = try made("slow3d")
    let clip = clip(9)
    for batch in [1, 2] {
      var first = try #require(network.makeStream())
      let frames = (0..<9).map {
        Tensor.concatenated([Tensor](repeating: clip.selected(axis: 2, at: $0), count: batch))
      }
      for frame in 0..<5 { _ = try first.push(frames[frame]) }
      var second = first
      for frame in 5..<8 { _ = try second.push(frames[frame] * 3) }
      for frame in 5..<8 { _ = try first.push(frames[frame]) }
      let scores = try #require(try first.push(frames[8]))
      let offline = withoutGradients { network(clip) }
      #expect(scores.narrowed(axis: 0, to: 0..<1).isClose(to: offline, relative: 0, absolute: 1e-5))
    }
  }

  @Test func `a network that sees frames to come has no stream`() {
    #expect(Slow3D().makeStream() == nil)
  }

  @Test func `a frame of another shape is refused and the stream goes on`() throws {
    let network = try made("slow3d")
    var stream = try #require(network.makeStream())
    #expect(throws: ModelError.self) { try stream.push(.zeros([1, 4, 32, 32])) }
    #expect(throws: ModelError.self) { try stream.push(.zeros([3, 32, 32])) }
    #expect(try stream.push(.zeros([1, 3, 32, 32])) != nil)
    #expect(throws: ModelError.self) { try stream.push(.zeros([1, 3, 16, 32])) }
    #expect(throws: ModelError.self) { try stream.push(.zeros([1, 3, 32, 32], .float64)) }
    #expect(stream.count == 1)
  }
}

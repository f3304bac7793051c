import Foundation
import Networks
import Tensors
import Testing
import Vision

@testable import Models

@Suite struct ClipNetworkTests {
  private static let form = ClipForm(frames: 4, height: 16, width: 16)

  private func noise(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(shape: shape, of: Float.self) { target in
      for place in target.indices { target[place] = Float(generator.normal()) }
    }
  }

  private func reversed(_ clips: Tensor) -> Tensor {
    .concatenated(
      (0..<clips.shape[2]).reversed().map { clips.narrowed(axis: 2, to: $0..<$0 + 1) }, axis: 2)
  }

  private func network<Model: ClipModel>(
    _ type: Model.Type, _ change: (inout Model.Settings) -> Void = { _ in }
  ) throws -> any Layer {
    var settings = Model.Settings()
    change(&settings)
    let network = try Model.network(settings, form: Self.form, classes: 5)
    network.initialized(seed: 7).evaluate()
    return network
  }

  private func difference(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.array(of: Float.self), b.array(of: Float.self)).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func `averaging over time is blind to the order of frames, and nothing else is`() throws {
    let clips = noise([2, 3, 4, 16, 16], seed: 1)
    let backwards = reversed(clips)
    func change(_ network: any Layer) -> Float {
      withoutGradients { difference(network(clips), network(backwards)) }
    }
    // A mean over frames does not know which came first: such a network is right on at most half of the clips whose classes
    // differ by the direction of time alone.
    #expect(change(try network(LateFusionModel.self) { $0.pooling = .average }) < 1e-5)
    #expect(change(try network(LateFusionModel.self)) > 1e-3)
    #expect(change(try network(EarlyFusionModel.self)) > 1e-3)
    for cell in RecurrentClipModel.Cell.allCases {
      #expect(change(try network(RecurrentClipModel.self) { $0.cell = cell }) > 1e-3)
    }
  }

  @Test func `a single frame is the middle one`() throws {
    let clips = noise([1, 3, 4, 16, 16], seed: 2)
    let single = try network(SingleFrameModel.self)
    let others = clips.array(of: Float.self).enumerated().map { place, value in
      place / 256 % 4 == 2 ? value : 0
    }
    #expect(
      withoutGradients { difference(single(clips), single(Tensor(others, shape: clips.shape))) }
        == 0)
  }

  @Test func `frames become channels frame by frame`() {
    let values = Tensor((0..<12).map { Float($0) }, shape: [1, 3, 4, 1, 1])  // colour 4 + frame
    #expect(
      values.framesAsChannels.array(of: Float.self) == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(values.separateFrames.shape == [4, 3, 1, 1])
    #expect(values.separateFrames.array(of: Float.self)[3..<6] == [1, 5, 9])
  }

  @Test func `two streams average their probabilities`() throws {
    var form = Self.form
    form.flow = FlowForm(method: .farneback, bound: 4)
    var settings = TwoStreamModel.Settings()
    settings.motionWeight = 1.5
    let made = try TwoStreamModel.network(settings, form: form, classes: 5)
    let network = try #require(made as? TwoStream)
    network.initialized(seed: 3).evaluate()
    let clips = noise([2, 5, 4, 16, 16], seed: 4)
    let (found, streams) = withoutGradients { () -> (Tensor, [Tensor]) in
      let frame = clips.narrowed(axis: 1, to: 0..<3).narrowed(axis: 2, to: 2..<3).squeezed(2)
      let fields = clips.narrowed(axis: 1, to: 3..<5).narrowed(axis: 2, to: 0..<3)
      return (
        network(clips).softmax(axis: 1),
        [
          network.appearanceScores?(network.appearance(frame).mean(axes: [2, 3])),
          network.motionScores?(network.motion(fields.framesAsChannels).mean(axes: [2, 3])),
        ].compactMap { $0?.softmax(axis: 1) }
      )
    }
    #expect(difference(found, streams[0] * 0.4 + streams[1] * 0.6) < 1e-5)
    for fusion in [TwoStreamModel.Fusion.linear, .features] {
      settings.fusion = fusion
      let other = try TwoStreamModel.network(settings, form: form, classes: 5)
      other.initialized(seed: 3)
      #expect(withoutGradients { other(clips) }.shape == [2, 5])
    }
    #expect(throws: ModelError.self) {
      try TwoStreamModel.network(settings, form: Self.form, classes: 5)
    }
  }

  @Test func `a frozen encoder keeps values and statistics`() throws {
    let network = try network(RecurrentClipModel.self) { $0.frozen = true }
    network.train()
    let before = network.state.filter { $0.name.hasPrefix("encoder") }
      .map { $0.value.converted(to: .float32).array(of: Float.self) }
    let clips = noise([4, 3, 4, 16, 16], seed: 5)
    let optimiser = Adam(network, learningRate: 0.01)
    for _ in 0..<2 {
      optimiser.update(network.gradients(of: (network(clips) * network(clips)).sum()))
    }
    let after = network.state.filter { $0.name.hasPrefix("encoder") }
      .map { $0.value.converted(to: .float32).array(of: Float.self) }
    #expect(!before.isEmpty && before == after)
  }

  @Test func `small frames are refused with their size`() {
    var form = Self.form
    form.height = 4
    #expect(throws: ModelError.self) {
      try EarlyFusionModel.network(.init(), form: form, classes: 2)
    }
  }
}

@Suite struct ClipPreparationTests {
  /// A bright blob that moves to the right by two pixels a frame over a textured ground.
  private func clip(width: Int, height: Int) -> VideoClip {
    let images = (0..<3).map { frame in
      Image(
        pixels: Tensor(shape: [height, width, 3], of: UInt8.self) { target in
          for y in 0..<height {
            for x in 0..<width {
              let (dx, dy) = (Double(x - 16 - 2 * frame), Double(y - 20))
              let bright = 200 * exp(-(dx * dx + dy * dy) / 40)
              for channel in 0..<3 {
                target[3 * (y * width + x) + channel] = UInt8(20 + bright) + UInt8(channel)
              }
            }
          }
        })
    }
    return VideoClip(images: images, times: [0, 0.1, 0.2])
  }

  @Test func `frames are normalised, colours before times`() throws {
    let form = ClipForm(
      frames: 3, height: 40, width: 40, mean: [0.1, 0.2, 0.3], deviation: [0.5, 0.5, 0.25])
    let clip = clip(width: 40, height: 40)
    let input = try ClipPreparation(form).input(clip)
    #expect(input.shape == [3, 3, 40, 40])
    let values = input.array(of: Float.self)
    // The first pixel: 20, 21, 22.
    let expected: [Float] = [-0.04313726, -0.2352941, -0.8549020]
    for channel in 0..<3 { #expect(abs(values[channel * 3 * 1600] - expected[channel]) < 1e-5) }
    #expect(throws: ModelError.self) {
      try ClipPreparation(ClipForm(frames: 4, height: 40, width: 40)).input(clip)
    }
  }

  @Test func `the middle of a wide frame is cut out`() throws {
    let form = ClipForm(frames: 3, height: 20, width: 20, mean: [0, 0, 0], deviation: [1, 1, 1])
    let wide = clip(width: 80, height: 40)
    let cut = try ClipPreparation(form).input(wide).array(of: Float.self)
    let whole = try wide.image(at: 0).resized(toWidth: 40, height: 20).pixels.array(of: UInt8.self)
    let corners: [(Float, UInt8)] = [
      (cut[0], whole[3 * 10]), (cut[399], whole[3 * (19 * 40 + 29)]),
    ]
    for (found, byte) in corners { #expect(abs(found * 255 - Float(byte)) < 1e-3) }
  }

  @Test func `a mirrored clip has mirrored motion`() throws {
    var form = ClipForm(frames: 3, height: 40, width: 40)
    form.flow = FlowForm(method: .farneback, bound: 8, subtractsMean: false)
    let preparation = ClipPreparation(form)
    let clip = clip(width: 40, height: 40)
    let plain = try preparation.input(clip)
    let flipped = try preparation.input(clip) { frame in
      .concatenated(
        (0..<40).reversed().map { frame.narrowed(axis: 2, to: $0..<$0 + 1) }, axis: 2)
    }
    func motion(_ input: Tensor, column: Int) -> Float {
      // u of the first pair at the blob's row.
      input.array(of: Float.self)[3 * 3 * 1600 + 20 * 40 + column] * 8
    }
    #expect(abs(motion(plain, column: 16) - 2) < 0.7)
    #expect(abs(motion(flipped, column: 23) + 2) < 0.7)
    // The last frame has no motion.
    let values = plain.array(of: Float.self)
    #expect(values[(3 * 3 + 2) * 1600..<(3 * 3 + 3) * 1600].allSatisfy { $0 == 0 })
  }
}

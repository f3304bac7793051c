import Networks

/// What a network over clips is built from.
struct ClipConfiguration: Codable, Sendable {
  /// Number of classes; the usual number of the model when left out.
  var classes: Int?
  /// Whether no output may depend on a later frame.
  var causal: Bool?

  func classes(or usual: Int) throws(ModelError) -> Int {
    try ClassifierConfiguration(classes: classes).classes(or: usual)
  }
}

extension ModelInput {
  /// Normalised clips `[B, C, T, H, W]` under the name `clip`.
  ///
  /// - Parameters:
  ///   - channels: Number of channels.
  ///   - leastFrames: Least number of frames.
  ///   - frames: Number of frames in printed trees.
  ///   - size: Height and width in printed trees.
  ///   - exact: The only height and width, if there is one.
  /// - Returns: The input.
  public static func clip(
    channels: Int = 3, leastFrames: Int = 1, frames: Int = 16, size: Int = 112,
    exactly exact: Int? = nil
  ) -> ModelInput {
    func side(_ name: String) -> Axis {
      exact.map { Axis.exactly($0) } ?? .any(name, least: 1, example: size)
    }
    return ModelInput(
      "clip",
      [
        .batch, .exactly(channels), .any("T", least: leastFrames, example: frames), side("H"),
        side("W"),
      ])
  }
}

extension ModelEntry {
  /// An entry for a network that turns clips into scores of classes.
  static func clipClassifier(
    _ name: String, _ summary: String, input: ModelInput = .clip(), classes: Int,
    _ build: @escaping @Sendable (_ classes: Int, _ causal: Bool) -> some Layer
  ) -> ModelEntry {
    ModelEntry(name, summary, inputs: [input], configuration: ClipConfiguration.self) {
      configuration in
      build(try configuration.classes(or: classes), configuration.causal ?? false)
    } run: { network, inputs in
      [("logits", network(inputs[input.name]))]
    }
  }
}

extension ModelCatalogue {
  /// Networks over clips.
  static let video: [ModelEntry] = [
    .clipClassifier("r3d_18", "R3D-18: 3x3x3 convolutions over clips", classes: 400) {
      ResNet3D(.r3d18, classes: $0, causal: $1)
    },
    .clipClassifier("mc3_18", "MC3-18: 3x3x3, then 1x3x3 convolutions", classes: 400) {
      ResNet3D(.mc3_18, classes: $0, causal: $1)
    },
    .clipClassifier("r2plus1d_18", "R(2+1)D-18: 1x3x3, then 3x1x1 convolutions", classes: 400) {
      ResNet3D(.r2plus1d18, classes: $0, causal: $1)
    },
    .clipClassifier(
      "c3d", "C3D: plain 3x3x3 convolutions", input: .clip(leastFrames: 16, exactly: 112),
      classes: 101
    ) { C3D(classes: $0, causal: $1) },
    .clipClassifier(
      "slow3d", "small 3x3x3 convolutions for clips of about 32 pixels",
      input: .clip(frames: 8, size: 32), classes: 8
    ) { Slow3D(classes: $0, causal: $1) },
  ]
}

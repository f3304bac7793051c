public import Configuration

/// Settings of a ``SECONDMiddleEncoder``.
public struct SECONDEncoderSettings: ParameterSet, ParameterValue {
  /// Channels of the first convolution and of the four stages.
  @Setting("Channels of the first convolution and of the four stages", in: 1...1024)
  public var widths = [16, 16, 32, 48, 64]
  /// Convolutions of each stage that keep the cells.
  @Setting("Convolutions of each of the four stages that keep the cells", in: 1...10)
  public var repetitions = [1, 1, 1, 1]
  /// Channels at each height of the result.
  @Setting("Channels at each height of the result", in: 1...1024) public var outputs = 64
  /// Voxels along x and y for one cell of the map.
  @Setting("Voxels along x and y for one cell of the map: 2, 4 or 8", in: 2...8)
  public var mapStride = 4
  /// Weight of a batch in the running statistics.
  @Setting("Weight of a batch in the running statistics of normalisations", in: 0.001...1)
  public var momentum = 0.05

  /// The defaults: a small encoder with a fine map.
  public init() {}

  /// The sizes published for KITTI, in two dimensions an eighth of the voxels.
  public static var kitti: SECONDEncoderSettings {
    var settings = SECONDEncoderSettings()
    (settings.widths, settings.outputs) = ([16, 16, 32, 64, 64], 128)
    (settings.repetitions, settings.mapStride) = ([1, 2, 2, 2], 8)
    settings.momentum = 0.01
    return settings
  }

  /// What does not fit, if anything.
  var mistake: String? {
    if widths.count != 5 { return "the encoder has five widths, not \(widths.count)" }
    if repetitions.count != 4 { return "the encoder has four stages, not \(repetitions.count)" }
    return [2, 4, 8].contains(mapStride) ? nil : "a map stride of \(mapStride) is not 2, 4 or 8"
  }

  /// Heights that are left of a number of voxels along z.
  func heights(of cells: Int) -> Int {
    let second = (cells - 1) / 2 + 1
    let third = (second - 1) / 2 + 1
    guard third >= 3 else { return 0 }
    let fourth = (third - 3) / 2 + 1
    return fourth < 3 ? 0 : (fourth - 3) / 2 + 1
  }
}

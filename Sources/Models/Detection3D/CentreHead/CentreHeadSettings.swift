public import Configuration

/// Settings of a ``CentreHead``, of its targets, losses and boxes.
public struct CentreHeadSettings: ParameterSet, ParameterValue {
  /// Channels of the shared convolution.
  @Setting("Channels of the shared convolution", in: 1...1024) public var width = 32
  /// Convolutions of each output.
  @Setting("Convolutions of each output", in: 1...4) public var depth = 2
  /// Whether the axis of a box is regressed besides its heading, by the doubled angle.
  @Setting(
    "Whether the axis of a box is regressed besides its heading, so that front and back may be confused but not the axis"
  )
  public var doubledAngle = true
  /// Whether the overlap of each box with the truth is predicted.
  @Setting("Whether the overlap of each box with the truth is predicted, and corrects its score")
  public var predictsOverlap = true
  /// Power of the predicted overlap in a score.
  @Setting("Power p of the predicted overlap in a score, heat^(1-p) overlap^p", in: 0...1)
  public var overlapPower = 0.5
  /// Cells around that of the centre that learn the box too.
  @Setting("Cells around that of the centre, to each side, that learn the box too", in: 0...3)
  public var spread = 1
  /// Least overlap of boxes shifted within the peak's radius.
  @Setting("Least overlap of boxes that are shifted within the peak's radius", in: 0.01...0.99)
  public var minimumOverlap = 0.1
  /// Least radius of a peak, cells.
  @Setting("Least radius of a peak, cells", in: 0...20) public var minimumRadius = 2
  /// Whether radii are those of CornerNet's and CenterPoint's programs.
  @Setting(
    "Whether radii are those of CornerNet's and CenterPoint's programs, which solve the equations wrongly"
  )
  public var publishedRadius = false
  /// Boxes with fewer points are neither learned nor learned against.
  @Setting("Boxes with fewer points are neither learned nor learned against", in: 0...1000)
  public var minimumPoints = 5
  /// Weight of the heat map's loss.
  @Setting("Weight of the heat map's loss", in: 0...1000) public var heatWeight = 1.0
  /// Weight of the regressions' losses.
  @Setting("Weight of the regressions' losses", in: 0...1000) public var boxWeight = 1.0
  /// Weight of the generalised overlap's loss.
  @Setting("Weight of the loss of generalised overlap", in: 0...1000) public var overlapWeight = 1.0
  /// Weight of the predicted overlap's loss.
  @Setting("Weight of the predicted overlap's loss", in: 0...1000) public var scoreWeight = 0.5
  /// Least heat of a peak.
  @Setting("Least heat of a peak", in: 0...1) public var scoreThreshold = 0.05
  /// Peaks that are looked at.
  @Setting("Peaks of a cloud that are looked at", in: 1...100_000) public var maxPeaks = 300
  /// Overlap above which the worse of two boxes is dropped.
  @Setting("Overlap seen from above beyond which the worse of two boxes is dropped", in: 0...1)
  public var suppression = 0.2
  /// Most boxes of a cloud.
  @Setting("Most boxes of a cloud", in: 1...100_000) public var maxBoxes = 100

  /// The defaults: small, with precise boxes in mind.
  public init() {}

  /// Numbers that describe a box.
  var codeCount: Int { doubledAngle ? 10 : 8 }

  /// CenterPoint's as published, with OpenPCDet's sizes.
  public static var published: CentreHeadSettings {
    var settings = CentreHeadSettings()
    settings.width = 64
    (settings.doubledAngle, settings.predictsOverlap) = (false, false)
    (settings.spread, settings.publishedRadius, settings.minimumPoints) = (0, true, 0)
    (settings.boxWeight, settings.overlapWeight, settings.scoreThreshold) = (2, 0, 0.1)
    return settings
  }
}

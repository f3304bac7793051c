public import Configuration
import Tensors

/// The delay of a pulse: LiDAR, arrays of single-photon diodes.
///
/// The range noise is the same at all ranges, the range is rounded to the sensor's step. Dark surfaces shorten the range: an echo
/// is lost beyond `white_range` x sqrt(reflectance x cosine). Of several echoes within a pixel the strongest counts; echoes less
/// than half a pulse apart from it merge into their mean by strength. Panes let the pulse through to what is behind, mirrors
/// turn it to what they show: such values are too far, or missing.
public struct DirectTimeOfFlight: ParameterSet {
  /// Always `direct_tof`.
  @Parameter("Kind of depth model") public var kind = DepthModel.Kind.directTimeOfFlight
  /// Range noise.
  @Parameter("Standard deviation of the range, metres", in: 0...10) public var rangeSigma = 0.015
  /// Step of the range.
  @Parameter("Step of the range, metres; 0: none", in: 0...10) public var rangeStep = 0.001
  /// Range at which white is lost.
  @Parameter(
    "Range at which a white surface that faces the sensor is lost, metres", in: 0.1...10_000)
  public var whiteRange = 130.0
  /// Length of the pulse.
  @Parameter("Length of the pulse in range, metres", in: 0...100) public var pulseLength = 0.3
  /// Nearest depth.
  @Parameter("Nearest depth, metres", in: 0...100) public var minDepth = 0.8
  /// Farthest depth.
  @Parameter("Farthest depth, metres", in: 0.1...10_000) public var maxDepth = 120.0

  /// The defaults.
  public init() {}

  /// The weakest echo that is seen: that of white at the white range.
  var minEcho: Double { 1 / (whiteRange * whiteRange) }

  /// The range of the strongest group of echoes.
  ///
  /// - Parameters:
  ///   - echoes: Those of all rays of a pixel.
  ///   - rays: Number of rays.
  ///   - draw: A normal number.
  ///   - share: Multiple of the noise; 0 takes the rounding away too.
  /// - Returns: Metres; 0 for none.
  func range(_ echoes: UnsafeBufferPointer<SurfaceEcho>, rays: Int, draw: Float, share: Double)
    -> Double
  {
    guard let strongest = echoes.max(by: { $0.strength < $1.strength }), strongest.strength > 0
    else { return 0 }
    var (sum, strength) = (0.0, 0.0)
    for echo in echoes
    where Double(abs(echo.range - strongest.range)) <= pulseLength / 2 {
      sum += Double(echo.range) * Double(echo.strength)
      strength += Double(echo.strength)
    }
    guard strength / Double(rays) >= minEcho else { return 0 }
    let range = sum / strength + Double(draw) * rangeSigma * share
    guard rangeStep > 0, share > 0 else { return range }
    return (range / rangeStep).rounded() * rangeStep
  }
}

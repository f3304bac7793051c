public import Configuration
import Tensors

/// A projected pattern whose shift gives the depth: PrimeSense sensors, the first Kinect.
///
/// The shift d = f B / (Z step) is measured in steps with normal noise and rounded to whole steps, so that
/// σ_Z = Z² step / (f B) σ_d: with the defaults 1.42e-3 Z² metres, of which 0.82e-3 Z² is the rounding. No value comes
/// from outside the range, from the strip that a nearer surface hides from the projector (left of it, since the projector is on
/// the right), from surfaces that send back too little (dark, far, at a flat angle), mirror the pattern away, or let it through.
///
/// - Note: Source: Khoshelham and Elberink, "Accuracy and resolution of Kinect depth data for indoor mapping applications",
///   Sensors 12(2), 2012, DOI 10.3390/s120201437: σ_Z = 1.425e-5 Z² with centimetres, half a step of disparity. Limits of echo,
///   specularity and transparency are plausible settings, not from a data sheet.
public struct StructuredLight: ParameterSet {
  /// Always `structured_light`.
  @Parameter("Kind of depth model") public var kind = DepthModel.Kind.structuredLight
  /// Distance to the projector.
  @Parameter("Distance of the projector to the right of the camera, metres", in: 0.001...1)
  public var baseline = 0.075
  /// Focal length of the infrared camera.
  @Parameter("Focal length of the infrared camera, pixels", in: 1...20_000)
  public var focalLength = 580.0
  /// Smallest difference of shifts.
  @Parameter("Step of the measured shift, pixels", in: 1e-4...10) public var disparityStep = 0.125
  /// Deviation of the shift.
  @Parameter("Standard deviation of the shift, rounding included, in steps", in: 0.2887...100)
  public var disparitySigma = 0.5
  /// Nearest depth.
  @Parameter("Nearest depth, metres", in: 0...100) public var minDepth = 0.5
  /// Farthest depth.
  @Parameter("Farthest depth, metres", in: 0.1...1000) public var maxDepth = 4.5
  /// Weakest echo.
  @Parameter(
    "Weakest echo: reflectance x cosine / squared distance, 1 for white at 1 m", in: 0...100)
  public var minEcho = 0.008
  /// Mirrors beyond this have no value.
  @Parameter("Surfaces with a larger specularity have no value", in: 0...1)
  public var maxSpecularity = 0.5
  /// Panes beyond this have no value.
  @Parameter("Surfaces with a larger transparency have no value", in: 0...1)
  public var maxTransparency = 0.5

  /// The defaults.
  public init() {}

  /// Standard deviation of a depth, rounding included, metres.
  ///
  /// - Parameter depth: Metres.
  /// - Returns: Z² step σ / (f B).
  public func standardDeviation(at depth: Double) -> Double {
    depth * depth * disparityStep * disparitySigma / (focalLength * baseline)
  }

  /// The depth along one ray.
  ///
  /// - Parameters:
  ///   - echoes: What the ray met.
  ///   - isHidden: Whether something stands between the surface and the projector.
  ///   - draw: A normal number.
  ///   - share: Multiple of the noise before rounding; 0 takes the rounding away too.
  /// - Returns: Metres; 0 for none.
  func measured(_ echoes: RayEchoes, isHidden: Bool, draw: Float, share: Double) -> Float {
    let depth = echoes.surface.range / echoes.stretch
    guard echoes.surface.range > 0, !isHidden, Double(depth) >= minDepth,
      Double(depth) <= maxDepth, Double(echoes.surface.strength) >= minEcho,
      Double(echoes.specularity) <= maxSpecularity,
      Double(echoes.transparency) <= maxTransparency
    else { return 0 }
    guard share > 0 else { return depth }
    let noise = max(0, disparitySigma * disparitySigma - 1.0 / 12).squareRoot() * share
    let scale = focalLength * baseline / disparityStep
    let shift = (scale / Double(depth) + noise * Double(draw)).rounded()
    return shift >= 1 ? Float(scale / shift) : 0
  }
}

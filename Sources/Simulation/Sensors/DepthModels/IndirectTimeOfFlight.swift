public import Configuration
import Foundation
import Tensors

/// The phase of modulated light: Kinect v2, Azure Kinect.
///
/// Every ray within a pixel sends back a phasor, strength e^{i 4π f r / c}; the pixel measures their sum. So edges between near and
/// far give values in between (flying pixels), and light that reaches a surface over another one (`multipath_rays`) bends the
/// phase: corners look farther away. Range noise is σ² = σ_0² + (σ_1 / strength)². Ranges repeat after c / (2 g), g the greatest
/// common divisor of the frequencies: what lies beyond appears too near. No value comes from echoes below the weakest (dark, far,
/// flat) or above the strongest, from outside the range, and where a mirror or a pane sends back two echoes of like strength.
public struct IndirectTimeOfFlight: ParameterSet {
  /// Always `indirect_tof`.
  @Parameter("Kind of depth model") public var kind = DepthModel.Kind.indirectTimeOfFlight
  /// Modulation frequencies.
  @Parameter("Modulation frequencies, whole megahertz; ranges repeat after c / (2 gcd)")
  public var frequenciesMhz = [16, 80, 120]
  /// Noise of strong echoes.
  @Parameter("Standard deviation of the range of a strong echo, metres", in: 0...1)
  public var floorSigma = 0.001
  /// Noise that grows with weak echoes.
  @Parameter(
    "Standard deviation of the range for white at 1 m without the floor, metres; grows as 1 / echo",
    in: 0...1) public var echoSigma = 0.00017
  /// Weakest echo.
  @Parameter("Weakest echo: reflectance x cosine / squared range, 1 for white at 1 m", in: 0...100)
  public var minEcho = 0.01
  /// Strongest echo.
  @Parameter("Echoes above this saturate and have no value", in: 0...1e6) public var maxEcho = 8.0
  /// Nearest range.
  @Parameter("Nearest depth, metres", in: 0...100) public var minDepth = 0.5
  /// Farthest range.
  @Parameter("Farthest depth, metres", in: 0.1...1000) public var maxDepth = 4.5
  /// Rays over other surfaces.
  @Parameter("Rays over other surfaces for each pixel; 0: no multipath", in: 0...256)
  public var multipathRays = 0
  /// Rays for flying pixels.
  @Parameter("Whether each pixel gathers four rays, so that edges have flying pixels")
  public var flyingPixels = true
  /// When two echoes conflict.
  @Parameter(
    "Mirrors and panes whose second echo has at least this share of the first, and at most its inverse, have no value",
    in: 0.01...1) public var conflictShare = 0.3

  /// The defaults.
  public init() {}

  static let lightSpeed = 299_792_458.0

  /// The range after which ranges repeat, metres.
  public var ambiguityRange: Double {
    Self.lightSpeed / (2e6 * Double(max(divisor, 1)))
  }

  private var divisor: Int {
    frequenciesMhz.reduce(0) { a, b in
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
  }

  /// Standard deviation of the range of an echo, metres.
  ///
  /// - Parameter echo: Reflectance times cosine over squared range, above 0.
  /// - Returns: Metres.
  public func standardDeviation(ofEcho echo: Double) -> Double {
    let weak = echoSigma / echo
    return (floorSigma * floorSigma + weak * weak).squareRoot()
  }

  /// What single settings cannot tell.
  var problem: String? {
    guard !frequenciesMhz.isEmpty, frequenciesMhz.allSatisfy({ (1...10_000).contains($0) }) else {
      return "'frequencies_mhz' has whole numbers from 1 to 10000"
    }
    return nil
  }

  /// A vector of light: strength and phase.
  struct Phasor {
    var real = 0.0
    var imaginary = 0.0
    /// Sum of the strengths, whatever their phases.
    var strength = 0.0
    /// The strongest echo.
    var dominantRange = 0.0
    var dominantStrength = 0.0
  }

  /// Radians for a metre of range, at the highest frequency.
  var wavenumber: Double {
    4e6 * .pi * Double(frequenciesMhz.max() ?? 1) / Self.lightSpeed
  }

  /// Adds an echo.
  func add(range: Double, strength: Double, to sum: inout Phasor) {
    guard strength > 0 else { return }
    sum.real += strength * cos(wavenumber * range)
    sum.imaginary += strength * sin(wavenumber * range)
    sum.strength += strength
    if strength > sum.dominantStrength {
      (sum.dominantRange, sum.dominantStrength) = (range, strength)
    }
  }

  /// Whether a mirror or a pane makes a ray's answer worthless.
  func isConflict(_ echoes: RayEchoes) -> Bool {
    guard echoes.other.strength > 0, echoes.surface.strength > 0 else { return false }
    let share = Double(echoes.other.strength / echoes.surface.strength)
    return share >= conflictShare && share <= 1 / conflictShare
  }

  /// The range that a sum of echoes means.
  ///
  /// - Parameters:
  ///   - sum: The echoes of the pixel.
  ///   - rays: Number of rays that they are of.
  ///   - draw: A normal number.
  ///   - share: Multiple of the noise.
  /// - Returns: Metres; 0 for none.
  func range(_ sum: Phasor, rays: Int, draw: Float, share: Double) -> Double {
    let strength =
      (sum.real * sum.real + sum.imaginary * sum.imaginary).squareRoot() / Double(rays)
    guard strength >= minEcho, strength <= maxEcho, sum.strength / Double(rays) <= maxEcho else {
      return 0
    }
    // The lower frequencies tell which period of the highest one it is: the one nearest to the strongest echo.
    let phase = atan2(sum.imaginary, sum.real) - wavenumber * sum.dominantRange
    let near = sum.dominantRange + remainder(phase, 2 * .pi) / wavenumber
    let noisy = near + Double(draw) * standardDeviation(ofEcho: strength) * share
    let wrapped = noisy.truncatingRemainder(dividingBy: ambiguityRange)
    return wrapped < 0 ? wrapped + ambiguityRange : wrapped
  }
}

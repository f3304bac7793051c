/// How well a rectified rig knows what turns disparities into depth.
///
/// Depth is `Z = f B / (d + δ)` with the focal length f, the baseline B and the offset δ of the disparities (the difference of
/// the two principal points in x). The errors of the three are shared by every pixel of every picture of the rig.
public struct StereoUncertainty: Sendable, Equatable {
  /// Standard deviation of the focal length, pixels.
  public var focalLength: Double
  /// Standard deviation of the baseline, metres.
  public var baseline: Double
  /// Standard deviation of the offset that all disparities share, pixels.
  public var disparityOffset: Double
  /// Correlations, each from -1 to 1: x of focal length and baseline, y of focal length and offset, z of baseline and offset.
  public var correlations: Vector3

  /// The uncertainty of a rig.
  ///
  /// - Parameters:
  ///   - focalLength: Standard deviation of the focal length, pixels.
  ///   - baseline: Standard deviation of the baseline, metres.
  ///   - disparityOffset: Standard deviation of the offset that all disparities share, pixels.
  ///   - correlations: Of focal length and baseline, focal length and offset, baseline and offset.
  public init(
    focalLength: Double, baseline: Double, disparityOffset: Double, correlations: Vector3 = .zero
  ) {
    self.focalLength = focalLength
    self.baseline = baseline
    self.disparityOffset = disparityOffset
    self.correlations = correlations
  }

  /// Standard deviation of a depth.
  ///
  /// - Parameters:
  ///   - depth: The depth, metres.
  ///   - rig: The rectified rig.
  ///   - matching: Standard deviation of the disparity as matched, pixels; 0 leaves what all pixels share.
  /// - Returns: Metres.
  public func depthStandardDeviation(
    at depth: Double, of rig: StereoRig, matching: Double = 0
  ) -> Double {
    let (f, b) = (rig.left.focalLength.x, rig.baseline)
    let perPixel = depth * depth / (f * b)
    let errors = Vector3(
      depth / f * focalLength, depth / b * baseline, -perPixel * disparityOffset)
    let cross =
      errors.x * errors.y * correlations.x + errors.x * errors.z * correlations.y
      + errors.y * errors.z * correlations.z
    let shared = max(0, errors.dot(errors) + 2 * cross)
    return (shared + perPixel * perPixel * matching * matching).squareRoot()
  }

  /// The uncertainty for images scaled in width.
  ///
  /// - Parameter factor: New width divided by the old.
  /// - Returns: The same with pixels of the new size.
  public func scaled(by factor: Double) -> StereoUncertainty {
    StereoUncertainty(
      focalLength: focalLength * factor, baseline: baseline,
      disparityOffset: disparityOffset * factor, correlations: correlations)
  }
}

public import Geometry
import Tensors

extension DisparityImage {
  /// The depths that the disparities mean.
  ///
  /// - Parameter given: A rectified rig; that of the disparities when left out. It is scaled when the image is a uniformly
  ///   scaled version of the calibrated size.
  /// - Returns: Depth `f * baseline / (disparity + cx_right - cx_left)` in metres; 0 without a disparity, or where the
  ///   denominator is not above 0.
  /// - Throws: ``VisionError/calibration(reason:)`` without a rig, or with one that does not fit.
  public func depth(rig given: StereoRig? = nil) throws -> DepthImage {
    guard let known = given ?? rig else {
      throw VisionError.calibration(
        reason: "disparities become metres only with a calibrated rig, and none is known: name a "
          + "calibration file (setting `calibration` of stereo.rectify or depth.from_disparity, "
          + "for example sensors/stereo-head.yaml)")
    }
    guard known.isRectified else {
      throw VisionError.calibration(
        reason: "disparities become metres with a rectified rig only; this one has distortion, "
          + "rotation or unequal focal lengths (stereo.rectify yields a rectified one)")
    }
    guard let rig = known.fitted(toWidth: width, height: height) else {
      throw VisionError.calibration(
        reason: "the rig is calibrated for \(known.left.width) x \(known.left.height) pixels, and "
          + "\(width) x \(height) is no uniformly scaled version of that")
    }
    let numerator = rig.left.focalLength.x * rig.baseline
    let shift = rig.right.principalPoint.x - rig.left.principalPoint.x
    let depths = disparities.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: disparities.shape, of: Float.self) { target in
        for i in 0..<source.count {
          let value = Double(source[i])
          let depth = value > 0 && value + shift > 0 ? numerator / (value + shift) : 0
          target[i] = depth < 1e30 ? Float(depth) : 0
        }
      }
    }
    return DepthImage(depths: depths, camera: rig.left)
  }
}

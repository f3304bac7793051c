public import Geometry
import Tensors

extension DisparityImage {
  /// The depths that the disparities mean, with standard deviations where they are known.
  ///
  /// With Z = f B / D and D = d + cx_right - cx_left, errors are propagated to first order, and the random and the systematic
  /// part are kept apart:
  ///
  /// - random, from matching: σ_Z = Z² / (f B) σ_d with the image's ``standardDeviations``, or with the one given here;
  /// - systematic, from calibration: σ_Z² = (Z / f)² σ_f² + (Z / B)² σ_B² + (Z² / (f B))² σ_o² for focal length, baseline and
  ///   offset of the disparity, plus their correlations (``StereoRig/uncertainty``).
  ///
  /// First order holds while σ_d is small beside D: at σ_d / D = 0.1 the depths lie on average 1 % too far and their true
  /// standard deviation is 2 % larger than stated, at 0.2 they lie 4 % too far and it is 10 % larger; the distribution leans to
  /// the far side. Errors of the match that are no small shift (a wrong surface) are only covered as far as the matcher's σ_d
  /// covers them.
  ///
  /// - Parameters:
  ///   - given: A rectified rig; that of the disparities when left out. It is scaled when the image is a uniformly scaled
  ///     version of the calibrated size.
  ///   - fallback: Standard deviation of the disparities, pixels, for images that state none; nil: such depths state none.
  /// - Returns: Depth in metres; 0 without a disparity, or where D is not above 0.
  /// - Throws: ``VisionError/calibration(reason:)`` without a rig, or with one that does not fit.
  public func depth(rig given: StereoRig? = nil, standardDeviation fallback: Double? = nil) throws
    -> DepthImage
  {
    let rig = try rectifiedRig(given)
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
    var image = DepthImage(depths: depths, camera: rig.left)
    if standardDeviations != nil || fallback != nil {
      image.standardDeviations = randomDeviations(
        of: depths, metresPerPixel: 1 / numerator, fallback: fallback ?? 0)
    }
    if let uncertainty = rig.uncertainty {
      image.systematicDeviations = Self.systematicDeviations(of: depths, rig, uncertainty)
    }
    return image
  }

  /// The rig that turns these disparities into metres, fitted to the image's size.
  ///
  /// - Parameter given: A rig; that of the disparities when left out.
  /// - Returns: A rectified rig for images of this size.
  /// - Throws: ``VisionError/calibration(reason:)`` without a rig, or with one that does not fit.
  func rectifiedRig(_ given: StereoRig?) throws -> StereoRig {
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
    return rig
  }

  /// Z² / (f B) σ_d.
  private func randomDeviations(
    of depths: Tensor, metresPerPixel scale: Double, fallback: Double
  ) -> Tensor {
    let stated = standardDeviations
    return depths.withUnsafeElements(of: Float.self) { depths in
      Tensor(shape: disparities.shape, of: Float.self) { target in
        if let stated {
          stated.withUnsafeElements(of: Float.self) { stated in
            for i in 0..<depths.count {
              let z = Double(depths[i])
              target[i] = Float(z * z * scale * Double(stated[i]))
            }
          }
        } else {
          for i in 0..<depths.count {
            let z = Double(depths[i])
            target[i] = Float(z * z * scale * fallback)
          }
        }
      }
    }
  }

  /// Z sqrt(a + b Z + c Z²): ``StereoUncertainty/depthStandardDeviation(at:of:matching:)`` with its factors taken out.
  private static func systematicDeviations(
    of depths: Tensor, _ rig: StereoRig, _ uncertainty: StereoUncertainty
  ) -> Tensor {
    let focalLength = uncertainty.focalLength / rig.left.focalLength.x
    let baseline = uncertainty.baseline / rig.baseline
    let offset = uncertainty.disparityOffset / (rig.left.focalLength.x * rig.baseline)
    let correlations = uncertainty.correlations
    let a =
      focalLength * focalLength + baseline * baseline + 2 * focalLength * baseline * correlations.x
    let b = -2 * offset * (focalLength * correlations.y + baseline * correlations.z)
    let c = offset * offset
    return depths.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: depths.shape, of: Float.self) { target in
        for i in 0..<source.count {
          let z = Double(source[i])
          target[i] = Float(z * max(0, a + z * (b + z * c)).squareRoot())
        }
      }
    }
  }
}

import Foundation

/// How a lens bends straight lines.
public enum DistortionShape: String, Sendable {
  /// Less than a tenth of a pixel anywhere.
  case none
  /// Towards the centre: straight lines bulge outwards.
  case barrel
  /// Away from the centre: straight lines bend inwards.
  case pincushion
  /// Both, at different radii.
  case moustache
}

/// The radial part of a lens's distortion over an image.
public struct RadialDistortion: Sendable, Equatable {
  /// What it looks like.
  public var shape: DistortionShape
  /// `(distorted - ideal) / ideal` radius at the image's farthest corner, per cent: below 0 for a barrel.
  public var percentAtCorner: Double
  /// Smallest and largest `(distorted - ideal) / ideal` radius in the image, per cent.
  public var percentRange: ClosedRange<Double>
}

extension CameraModel {
  /// The radial part of the lens's distortion over the image; the tangential part does not enter.
  ///
  /// Where the lens model ends inside the image, the last radius that it shows stands for the corner. A fisheye that sees 90
  /// degrees from its axis has an infinite ideal radius there: -100 per cent.
  public var radialDistortion: RadialDistortion {
    let end = farthestIdealRadius
    let focal = (focalLength.x * focalLength.y).squareRoot()
    var (lowest, highest, corner) = (0.0, 0.0, 0.0)
    var (leastPixels, mostPixels) = (0.0, 0.0)
    let steps = 256
    for step in 1...steps {
      let share = Double(step) / Double(steps)
      let (ideal, bent) = radii(at: end * share)
      let percent = ideal.isFinite ? 100 * (bent - ideal) / ideal : -100
      (lowest, highest, corner) = (min(lowest, percent), max(highest, percent), percent)
      let pixels = focal * (ideal.isFinite ? bent - ideal : -.infinity)
      (leastPixels, mostPixels) = (min(leastPixels, pixels), max(mostPixels, pixels))
    }
    let shape: DistortionShape =
      switch (leastPixels < -0.1, mostPixels > 0.1) {
      case (false, false): .none
      case (true, false): .barrel
      case (false, true): .pincushion
      case (true, true): .moustache
      }
    return RadialDistortion(
      shape: shape, percentAtCorner: corner, percentRange: lowest...highest)
  }

  /// The ideal radius of the farthest corner (for a fisheye the angle from the axis), or where the lens model ends.
  private var farthestIdealRadius: Double {
    var farthest = 0.0
    let corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
    for (x, y) in corners {
      guard let ray = ray(through: Vector2(Double(x), Double(y))) else {
        let limit = (foldLimit.isFinite ? foldLimit : 0).squareRoot() * (1 - 1e-9)
        farthest = max(farthest, limit)
        continue
      }
      let side = (ray.x * ray.x + ray.y * ray.y).squareRoot()
      let isFisheye = if case .fisheye = distortion { true } else { false }
      farthest = max(farthest, isFisheye ? atan2(side, ray.z) : side / ray.z)
    }
    return farthest
  }

  /// Ideal and distorted radius in normalised coordinates.
  private func radii(at parameter: Double) -> (ideal: Double, distorted: Double) {
    switch distortion {
    case .none: return (parameter, parameter)
    case .brownConrady(let k):
      return (parameter, parameter * BrownConrady(k).radial(parameter * parameter).factor)
    case .fisheye(let k):
      var (sum, power) = (1.0, 1.0)
      for coefficient in k {
        power *= parameter * parameter
        sum += coefficient * power
      }
      return (parameter < .pi / 2 ? tan(parameter) : .infinity, parameter * sum)
    }
  }
}

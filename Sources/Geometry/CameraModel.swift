/// How a lens departs from the pinhole.
public enum Distortion: Sendable, Equatable {
  /// None, or already removed.
  case none
  /// Brown-Conrady as in OpenCV: `k1 k2 p1 p2 k3` and, for the rational model, `k4 k5 k6`. Five or eight coefficients.
  case brownConrady([Double])
  /// Equidistant fisheye (Kannala-Brandt as in OpenCV): `k1 k2 k3 k4`.
  case fisheye([Double])
}

/// A calibrated camera: optical frame x right, y down, z forward; pixel centres at integer coordinates.
public struct CameraModel: Sendable, Equatable {
  /// Image width, pixels.
  public var width: Int
  /// Image height, pixels.
  public var height: Int
  /// Focal lengths in x and y, pixels.
  public var focalLength: Vector2
  /// Principal point, pixels.
  public var principalPoint: Vector2
  /// Skew: the element in row 0, column 1 of the camera matrix, pixels.
  public var skew: Double
  /// Lens distortion.
  public var distortion: Distortion {
    didSet { foldLimit = distortion.foldLimit }
  }
  /// Follows from the distortion; kept, since every projection asks for it.
  private(set) var foldLimit: Double

  /// A camera from its parameters.
  ///
  /// - Parameters:
  ///   - width: Image width, pixels.
  ///   - height: Image height, pixels.
  ///   - focalLength: Focal lengths in x and y, pixels.
  ///   - principalPoint: Principal point, pixels.
  ///   - skew: Row 0, column 1 of the camera matrix, pixels.
  ///   - distortion: Lens distortion.
  public init(
    width: Int, height: Int, focalLength: Vector2, principalPoint: Vector2, skew: Double = 0,
    distortion: Distortion = .none
  ) {
    self.width = width
    self.height = height
    self.focalLength = focalLength
    self.principalPoint = principalPoint
    self.skew = skew
    self.distortion = distortion
    self.foldLimit = distortion.foldLimit
  }

  /// The camera matrix K.
  public var matrix: Matrix3 {
    Matrix3(rows: [
      Vector3(focalLength.x, skew, principalPoint.x), Vector3(0, focalLength.y, principalPoint.y),
      Vector3(0, 0, 1),
    ])
  }

  /// The same camera for an image scaled to another size.
  ///
  /// - Parameters:
  ///   - width: New width, pixels.
  ///   - height: New height, pixels.
  /// - Returns: The camera of the resized image; pixel centres stay at integer coordinates.
  public func scaled(toWidth width: Int, height: Int) -> CameraModel {
    let factor = Vector2(
      Double(width) / Double(self.width), Double(height) / Double(self.height))
    var camera = self
    camera.width = width
    camera.height = height
    camera.focalLength = focalLength * factor
    camera.skew = skew * factor.x
    camera.principalPoint = (principalPoint + 0.5) * factor - 0.5
    return camera
  }
}

/// Two calibrated cameras with a fixed pose between them.
public struct StereoRig: Sendable, Equatable {
  /// The left camera, the reference.
  public var left: CameraModel
  /// The right camera.
  public var right: CameraModel
  /// Maps coordinates in the left camera's frame to the right camera's; metres.
  public var rightFromLeft: Pose
  /// How well the rig, rectified, turns disparities into depth; nil when that is not known.
  public var uncertainty: StereoUncertainty?

  /// A rig from its parts.
  ///
  /// - Parameters:
  ///   - left: The left camera.
  ///   - right: The right camera.
  ///   - rightFromLeft: Left coordinates to right coordinates; metres.
  ///   - uncertainty: How well the rig, rectified, turns disparities into depth.
  public init(
    left: CameraModel, right: CameraModel, rightFromLeft: Pose,
    uncertainty: StereoUncertainty? = nil
  ) {
    self.left = left
    self.right = right
    self.rightFromLeft = rightFromLeft
    self.uncertainty = uncertainty
  }

  /// Distance between the two optical centres, metres.
  public var baseline: Double { rightFromLeft.translation.length }
}

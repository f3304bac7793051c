/// A camera infinitely far away: parallel rays along z, so that depth does not change the pixel.
///
/// Frames and pixels are those of ``CameraModel``.
public struct OrthographicCamera: Sendable, Equatable {
  /// Pixels per metre in x and y.
  public var scale: Vector2
  /// Pixel of the frame's z axis.
  public var principalPoint: Vector2

  /// A camera from its parameters.
  ///
  /// - Parameters:
  ///   - scale: Pixels per metre in x and y, above 0.
  ///   - principalPoint: Pixel of the frame's z axis.
  public init(scale: Vector2, principalPoint: Vector2) {
    self.scale = scale
    self.principalPoint = principalPoint
  }

  /// The pixel of a point, at any depth and on either side of the camera.
  ///
  /// - Parameter point: A point in the camera's frame, metres.
  /// - Returns: The pixel.
  public func project(_ point: Vector3) -> Vector2 {
    Vector2(point.x, point.y) * scale + principalPoint
  }

  /// The point that a pixel sees at a depth.
  ///
  /// - Parameters:
  ///   - pixel: A pixel.
  ///   - depth: z of the point, metres.
  /// - Returns: The point in the camera's frame.
  public func unproject(_ pixel: Vector2, depth: Double) -> Vector3 {
    let side = (pixel - principalPoint) / scale
    return Vector3(side.x, side.y, depth)
  }
}

/// A perspective camera whose every point is taken to lie at one depth: an orthographic projection scaled by that depth.
///
/// The pixel of a point at depth z is off by its distance from the principal point times `(z - reference) / reference`.
public struct WeakPerspectiveCamera: Sendable, Equatable {
  /// Focal lengths in x and y, pixels.
  public var focalLength: Vector2
  /// Principal point, pixels.
  public var principalPoint: Vector2
  /// The depth that stands for all, metres.
  public var referenceDepth: Double

  /// A camera from its parameters.
  ///
  /// - Parameters:
  ///   - focalLength: Focal lengths in x and y, pixels.
  ///   - principalPoint: Principal point, pixels.
  ///   - referenceDepth: The depth that stands for all, metres, above 0.
  public init(focalLength: Vector2, principalPoint: Vector2, referenceDepth: Double) {
    self.focalLength = focalLength
    self.principalPoint = principalPoint
    self.referenceDepth = referenceDepth
  }

  /// The camera that replaces a perspective one for an object; nil when the mean depth is not above 0.
  ///
  /// - Parameters:
  ///   - camera: The perspective camera; its skew and distortion are left out.
  ///   - points: The object in the camera's frame; the mean depth becomes the reference.
  public init?(approximating camera: CameraModel, for points: [Vector3]) {
    let depth = points.reduce(0) { $0 + $1.z } / Double(max(points.count, 1))
    guard depth > 0, depth.isFinite else { return nil }
    self.init(
      focalLength: camera.focalLength, principalPoint: camera.principalPoint, referenceDepth: depth)
  }

  /// The equal orthographic camera.
  public var orthographic: OrthographicCamera {
    OrthographicCamera(scale: focalLength / referenceDepth, principalPoint: principalPoint)
  }

  /// The pixel of a point.
  ///
  /// - Parameter point: A point in the camera's frame, metres.
  /// - Returns: The pixel.
  public func project(_ point: Vector3) -> Vector2 { orthographic.project(point) }

  /// How far the pixel is from that of the perspective camera without distortion.
  ///
  /// - Parameter point: A point in the camera's frame, metres.
  /// - Returns: Pixels; nil for a point that is not in front of the camera.
  public func error(at point: Vector3) -> Double? {
    guard point.z > 0 else { return nil }
    let offset = Vector2(point.x, point.y) * focalLength * (1 / referenceDepth - 1 / point.z)
    return (offset * offset).sum().squareRoot()
  }
}

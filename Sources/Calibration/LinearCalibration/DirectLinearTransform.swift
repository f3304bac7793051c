public import Geometry

/// A camera without lens distortion, estimated from points of the world and their pixels by linear least squares.
///
/// The projection matrix, 11 degrees of freedom, is the right singular vector of the smallest singular value of the 2n by 12
/// system in normalised coordinates; it is then split into K with skew, rotation and translation. The least squares are those
/// of an algebraic error: with exact pixels the camera is exact, with noise it is a start for a refinement. Between 6 and about
/// 10 noisy points the camera may be far off although the pixels fit.
///
/// - Note: Source: Hartley and Zisserman, "Multiple View Geometry", 2nd edition, sections 7.1, 7.2 and 22.1.
public struct DirectLinearTransform: Sendable, Equatable {
  /// Focal lengths in x and y, pixels, above 0.
  public var focalLength: Vector2
  /// Principal point, pixels.
  public var principalPoint: Vector2
  /// Skew: the element in row 0, column 1 of the camera matrix, pixels.
  public var skew: Double
  /// World coordinates to camera coordinates; metres.
  public var cameraFromWorld: Pose
  /// Root of the mean squared distance between pixels and projected points, pixels.
  public var rmsError: Double
  /// How much larger the second smallest singular value is than the smallest; infinite or near 1e12 for exact pixels.
  public var separation: Double

  /// Estimates a camera.
  ///
  /// - Parameter pairs: At least 6 points in general position with their pixels, undistorted.
  /// - Throws: ``DegenerateConfiguration`` when the pairs do not determine a camera.
  public init(_ pairs: [PointPair]) throws {
    let frame = try NormalisedPairs(pairs)
    let (values, vectors) = frame.system.singular
    // Measured on random cameras: below a ratio of 2 the focal length is wrong by its own size.
    let (second, last) = (values[10], values[11])
    guard second > 1e-12 * values[0], second >= 2 * last else {
      if frame.flatness < 0.1 {
        throw DegenerateConfiguration.coplanarPoints(flatness: frame.flatness)
      }
      throw DegenerateConfiguration.criticalConfiguration(
        separation: last > 0 ? second / last : 1)
    }
    separation = last > 0 ? second / last : .infinity
    let (intrinsics, rotation, local) = try Self.decomposed(vectors[11])
    let k = intrinsics.rows
    focalLength = Vector2(k[0].x, k[1].y) / frame.pixelScale
    skew = k[0].y / frame.pixelScale
    principalPoint = Vector2(k[0].z, k[1].z) / frame.pixelScale + frame.pixelCentre
    let quaternion = Quaternion(rotation)
    // Coordinates relative to the points' centre stay exact however far away the world's origin is.
    let offset = local / frame.worldScale
    cameraFromWorld = Pose(
      rotation: quaternion, translation: offset - quaternion.rotate(frame.worldCentre))
    var (behind, sum) = (0, 0.0)
    for pair in pairs {
      let point = quaternion.rotate(pair.world - frame.worldCentre) + offset
      if !(point.z > 0) { behind += 1 }
      let ideal = Vector2(point.x, point.y) / point.z
      let pixel =
        Vector2(focalLength.x * ideal.x + skew * ideal.y, focalLength.y * ideal.y) + principalPoint
      sum += ((pixel - pair.pixel) * (pixel - pair.pixel)).sum()
    }
    guard behind == 0 else {
      throw DegenerateConfiguration.pointsBehindCamera(count: behind, of: pairs.count)
    }
    rmsError = (sum / Double(pairs.count)).squareRoot()
  }

  /// The camera as a value.
  ///
  /// - Parameters:
  ///   - width: Image width, pixels.
  ///   - height: Image height, pixels.
  /// - Returns: The camera without distortion.
  public func camera(width: Int, height: Int) -> CameraModel {
    CameraModel(
      width: width, height: height, focalLength: focalLength, principalPoint: principalPoint,
      skew: skew)
  }

  /// Splits a projection matrix [K R | K t], known up to its factor, with K₂₂ = 1, a positive diagonal and det R = 1.
  private static func decomposed(_ p: [Double]) throws -> (Matrix3, Matrix3, Vector3) {
    var m = [Vector3(p[0], p[1], p[2]), Vector3(p[4], p[5], p[6]), Vector3(p[8], p[9], p[10])]
    var column = Vector3(p[3], p[7], p[11])
    if Matrix3(rows: m).determinant < 0 {
      m = m.map { -$0 }
      column = -column
    }
    let depth = m[2].length
    guard depth > 1e-12 else { throw DegenerateConfiguration.noPerspective }
    let r2 = m[2] / depth
    // Each projection is taken out twice, so that the axes are perpendicular to the last bit.
    var side = m[1] - r2 * m[1].dot(r2)
    side -= r2 * side.dot(r2)
    let fy = side.length
    let r1 = side / fy
    let r0 = r1.cross(r2)
    let fx = m[0].dot(r0)
    guard fy > 1e-12, fx > 1e-12 else { throw DegenerateConfiguration.noPerspective }
    let k = Matrix3(rows: [
      Vector3(fx, m[0].dot(r1), m[0].dot(r2)) / depth, Vector3(0, fy, m[1].dot(r2)) / depth,
      Vector3(0, 0, 1),
    ])
    let z = column.z / depth
    let y = (column.y / depth - k.rows[1].z * z) / k.rows[1].y
    let x = (column.x / depth - k.rows[0].y * y - k.rows[0].z * z) / k.rows[0].x
    return (k, Matrix3(rows: [r0, r1, r2]), Vector3(x, y, z))
  }
}

import Foundation

/// A unit quaternion `w + xi + yj + zk` that stands for a rotation (Hamilton's convention).
public struct Quaternion: Sendable, Equatable {
  /// The scalar part.
  public var w: Double
  /// The vector part.
  public var vector: Vector3

  /// No rotation.
  public static let identity = Quaternion(w: 1, x: 0, y: 0, z: 0)

  /// A quaternion from its four parts, scaled to length 1 unless all are 0.
  ///
  /// - Parameters:
  ///   - w: Scalar part.
  ///   - x: First vector part.
  ///   - y: Second vector part.
  ///   - z: Third vector part.
  public init(w: Double, x: Double, y: Double, z: Double) {
    let squared = w * w + x * x + y * y + z * z
    // A unit quaternion keeps its bits, so that reading back what was written changes nothing.
    let isUnit = abs(squared - 1) < 1e-14
    let scale = isUnit || squared == 0 ? 1 : 1 / squared.squareRoot()
    self.w = w * scale
    self.vector = Vector3(x, y, z) * scale
  }

  /// The rotation by `angle` about `axis`.
  ///
  /// - Parameters:
  ///   - angle: Radians, right-handed.
  ///   - axis: Direction of the axis; any length above 0.
  public init(angle: Double, axis: Vector3) {
    let half = axis.normalized * sin(angle / 2)
    self.init(w: cos(angle / 2), x: half.x, y: half.y, z: half.z)
  }

  /// The rotation of an orthonormal matrix.
  ///
  /// - Parameter matrix: Rotation matrix with determinant 1.
  /// - Note: Source: Shepperd, "Quaternion from rotation matrix", 1978: the largest of four pivots is divided by.
  public init(_ matrix: Matrix3) {
    let m = matrix.rows
    let trace = m[0].x + m[1].y + m[2].z
    if trace > max(m[0].x, m[1].y, m[2].z) {
      self.init(w: 1 + trace, x: m[2].y - m[1].z, y: m[0].z - m[2].x, z: m[1].x - m[0].y)
    } else if m[0].x >= m[1].y && m[0].x >= m[2].z {
      self.init(
        w: m[2].y - m[1].z, x: 1 + m[0].x - m[1].y - m[2].z, y: m[0].y + m[1].x, z: m[0].z + m[2].x)
    } else if m[1].y >= m[2].z {
      self.init(
        w: m[0].z - m[2].x, x: m[0].y + m[1].x, y: 1 - m[0].x + m[1].y - m[2].z, z: m[1].z + m[2].y)
    } else {
      self.init(
        w: m[1].x - m[0].y, x: m[0].z + m[2].x, y: m[1].z + m[2].y, z: 1 - m[0].x - m[1].y + m[2].z)
    }
  }

  /// The rotation that undoes this one.
  public var inverse: Quaternion { Quaternion(w: w, x: -vector.x, y: -vector.y, z: -vector.z) }

  /// The rotation as a matrix.
  public var matrix: Matrix3 {
    let (x, y, z) = (vector.x, vector.y, vector.z)
    return Matrix3(rows: [
      Vector3(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
      Vector3(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
      Vector3(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    ])
  }

  /// The vector after the rotation.
  ///
  /// - Parameter point: A point or direction.
  /// - Returns: The rotated point or direction.
  public func rotate(_ point: Vector3) -> Vector3 {
    let twice = vector.cross(point) * 2
    return point + twice * w + vector.cross(twice)
  }

  /// First `right`, then `left`.
  public static func * (left: Quaternion, right: Quaternion) -> Quaternion {
    let v = right.vector * left.w + left.vector * right.w + left.vector.cross(right.vector)
    return Quaternion(w: left.w * right.w - left.vector.dot(right.vector), x: v.x, y: v.y, z: v.z)
  }
}

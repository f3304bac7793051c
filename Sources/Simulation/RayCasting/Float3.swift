import Geometry

/// Single precision suffices for rays: a scene spans some hundred metres around its origin.
typealias Float3 = SIMD3<Float>
/// Coordinates on a surface, metres.
typealias Float2 = SIMD2<Float>

extension SIMD3 where Scalar == Float {
  @inline(__always) func dot(_ other: Self) -> Float { x * other.x + y * other.y + z * other.z }

  @inline(__always) func cross(_ other: Self) -> Self {
    Self(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  @inline(__always) var length: Float { dot(self).squareRoot() }

  @inline(__always) var normalized: Self { self / length }

  @inline(__always) func mixed(with other: Self, by share: Float) -> Self {
    self + (other - self) * share
  }
}

/// A rigid motion in single precision, kept as columns of its rotation.
struct Placement: Sendable {
  var x: Float3
  var y: Float3
  var z: Float3
  var translation: Float3

  static let identity = Placement(position: Float3(0, 0, 0))

  /// Turned by `yaw` about +z, then moved.
  init(position: Float3, yaw: Double = 0) {
    self.init(
      Pose(
        rotation: Quaternion(angle: yaw, axis: Vector3(0, 0, 1)),
        translation: Vector3(position)))
  }

  init(_ pose: Pose) {
    x = Float3(pose.rotation.rotate(Vector3(1, 0, 0)))
    y = Float3(pose.rotation.rotate(Vector3(0, 1, 0)))
    z = Float3(pose.rotation.rotate(Vector3(0, 0, 1)))
    translation = Float3(pose.translation)
  }

  @inline(__always) func direction(_ vector: Float3) -> Float3 {
    x * vector.x + y * vector.y + z * vector.z
  }

  @inline(__always) func point(_ point: Float3) -> Float3 { direction(point) + translation }
}

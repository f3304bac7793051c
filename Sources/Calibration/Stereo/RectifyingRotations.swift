import Foundation
import Geometry

/// The rotations that turn the two cameras of a rig so that rows correspond.
///
/// Each camera takes half of the rotation between them; then both are turned so that x runs along the baseline.
///
/// - Note: Source: Bouguet's method as OpenCV's documentation of cv::stereoRectify describes it.
struct RectifyingRotations {
  /// Rectified left from left.
  let left: Matrix3
  /// Rectified right from right.
  let right: Matrix3
  /// The baseline along x in the rectified frame, metres; below 0 when the right camera is at the right.
  let shift: Double

  init(_ rig: StereoRig) {
    let half = rig.rightFromLeft.rotation.halfInverse
    let t = half.rotate(rig.rightFromLeft.translation)
    let axis = Vector3(t.x > 0 ? 1 : -1, 0, 0)
    let side = t.cross(axis)
    let sine = side.length
    var align = Quaternion.identity
    if sine > 0 { align = Quaternion(angle: atan2(sine, abs(t.x)), axis: side) }
    left = (align * half.inverse).matrix
    right = (align * half).matrix
    shift = (align.rotate(t)).x
  }
}

extension Quaternion {
  /// The rotation back by half the angle.
  fileprivate var halfInverse: Quaternion {
    let sign: Double = w < 0 ? -1 : 1
    // The bisector of a unit quaternion and identity.
    return Quaternion(
      w: 1 + sign * w, x: -sign * vector.x, y: -sign * vector.y, z: -sign * vector.z)
  }
}

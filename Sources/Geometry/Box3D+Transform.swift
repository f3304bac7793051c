import Foundation

extension Box3D {
  /// The box in another frame whose z axis points almost the same way; its heading follows the direction of its length.
  ///
  /// - Parameter targetFromSource: From the frame of the box to the other.
  /// - Returns: The box there, its velocity turned likewise.
  public func transformed(by targetFromSource: Pose) -> Box3D {
    var result = self
    result.center = targetFromSource * center
    let heading = targetFromSource.rotation.rotate(Vector3(cos(yaw), sin(yaw), 0))
    result.yaw = atan2(heading.y, heading.x)
    result.velocity = velocity.map { targetFromSource.rotation.rotate($0) }
    return result
  }
}

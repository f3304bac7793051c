import Foundation
import Geometry
import SensorLogs

/// Boxes of the objects that a frame's sensors really saw.
enum GroundTruth {
  /// An object is named when at least this many LiDAR points lie on it.
  static let fewestPoints = 5
  /// In scenes without LiDAR: when at least this many pixels of one image show it.
  static let fewestPixels = 60

  /// How often each object occurs.
  static func counts(_ objects: [Int32], of total: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: total)
    for object in objects where object >= 0 { counts[Int(object)] += 1 }
    return counts
  }

  /// The box of an object in a frame whose z axis points up as the world's does.
  static func box(of object: SceneObject, in frameFromWorld: Pose) -> Box3D {
    let pose = frameFromWorld * object.worldFromObject
    let heading = pose.rotation.rotate(Vector3(1, 0, 0))
    return Box3D(
      center: pose * object.boxCenter, size: object.boxSize, yaw: atan2(heading.y, heading.x),
      label: object.label)
  }
}

import Foundation
public import Geometry
import Tensors

extension PointCloud {
  /// Numbers of the points inside a box, its surface included, ascending.
  ///
  /// - Parameter box: A box in the cloud's frame.
  /// - Returns: Numbers of points.
  public func indices(in box: Box3D) -> [Int32] {
    let (c, s) = (cos(box.yaw), sin(box.yaw))
    let half = box.size / 2
    let center = box.center - origin
    return positions.withUnsafeElements(of: Float.self) { p in
      var inside: [Int32] = []
      for i in 0..<count {
        let dz = Double(p[3 * i + 2]) - center.z
        guard abs(dz) <= half.z else { continue }
        let (dx, dy) = (Double(p[3 * i]) - center.x, Double(p[3 * i + 1]) - center.y)
        if abs(c * dx + s * dy) <= half.x && abs(c * dy - s * dx) <= half.y {
          inside.append(Int32(i))
        }
      }
      return inside
    }
  }

  /// Number of points inside a box, its surface included.
  ///
  /// - Parameter box: A box in the cloud's frame.
  /// - Returns: The number of points.
  public func pointCount(in box: Box3D) -> Int { indices(in: box).count }
}

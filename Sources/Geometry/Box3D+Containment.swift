import Foundation

extension Box3D {
  /// A point in the box's own frame: origin at the centre, x along the heading.
  ///
  /// - Parameter point: A point in the frame of the box; metres.
  /// - Returns: Its coordinates along length, width and height.
  public func local(_ point: Vector3) -> Vector3 {
    let d = point - center
    let (c, s) = (cos(yaw), sin(yaw))
    return Vector3(c * d.x + s * d.y, c * d.y - s * d.x, d.z)
  }

  /// Whether a point lies in the box or on its surface.
  ///
  /// - Parameter point: A point in the frame of the box; metres.
  /// - Returns: Whether it lies inside.
  public func contains(_ point: Vector3) -> Bool {
    let p = local(point)
    return abs(p.x) <= size.x / 2 && abs(p.y) <= size.y / 2 && abs(p.z) <= size.z / 2
  }

  /// Distance between two centres on the ground plane (x, y), metres.
  ///
  /// - Parameter other: A box in the same frame.
  /// - Returns: Metres.
  public func groundDistance(to other: Box3D) -> Double {
    let d = center - other.center
    return (d.x * d.x + d.y * d.y).squareRoot()
  }
}

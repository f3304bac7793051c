import Foundation
public import Geometry

/// A box that stands upright in a frustum's frame: x right, y down, z forward, as in KITTI's rectified camera.
public struct FrustumBox: Sendable, Equatable {
  /// Its centre; metres.
  public var center: Vector3
  /// Length (along x at heading 0), width (z) and height (y); metres.
  public var size: Vector3
  /// Turn about +y, from +x towards -z; radians.
  public var heading: Double

  /// A box from its parts.
  ///
  /// - Parameters:
  ///   - center: Its centre; metres.
  ///   - size: Length, width and height; metres.
  ///   - heading: Turn about +y, from +x towards -z; radians.
  public init(center: Vector3, size: Vector3, heading: Double) {
    self.center = center
    self.size = size
    self.heading = heading
  }

  /// Signs of half the length, height and width at each corner.
  static let cornerSigns: [Vector3] = [1.0, -1.0].flatMap { down in
    [
      Vector3(1, down, 1), Vector3(1, down, -1), Vector3(-1, down, -1), Vector3(-1, down, 1),
    ]
  }

  /// The eight corners, the four at the bottom first, in the order of KITTI's devkit.
  public var corners: [Vector3] {
    let (c, s) = (cos(heading), sin(heading))
    return Self.cornerSigns.map { sign in
      let (x, y, z) = (sign.x * size.x / 2, sign.y * size.z / 2, sign.z * size.y / 2)
      return center + Vector3(c * x + s * z, y, c * z - s * x)
    }
  }

  /// The same box in a frame that is turned about the vertical axis.
  ///
  /// - Parameter angle: Turn about -y that takes the wanted frame's points to this one's; radians.
  /// - Returns: The box; headings are not brought into a range.
  public func unturned(by angle: Double) -> FrustumBox {
    let (c, s) = (cos(angle), sin(angle))
    return FrustumBox(
      center: Vector3(c * center.x + s * center.z, center.y, c * center.z - s * center.x),
      size: size, heading: heading + angle)
  }

  /// Height, width, length, the middle of the bottom (x, y, z) and rotation_y, as in a line of KITTI's labels.
  public var labelRow: [Double] {
    [size.z, size.y, size.x, center.x, center.y + size.z / 2, center.z, heading]
  }

  /// The box in axes x forward, y left, z up at the same origin.
  public var standing: Box3D {
    Box3D(
      center: Vector3(center.z, -center.x, -center.y), size: size, yaw: -heading - .pi / 2)
  }
}

import Foundation
public import Geometry

/// The frame of one frustum: origin in the camera's optical centre, x right, y down, z forward along the frustum's axis.
///
/// It stands upright in the cloud: y points straight down whatever the camera's tilt, so that boxes which stand upright in the cloud do
/// here, too. With KITTI's level cameras it is the rectified camera, turned so that the frustum's axis is straight ahead.
public struct FrustumFrame: Sendable, Equatable {
  /// The camera's optical centre, in the frame of the cloud; metres.
  public let origin: Vector3
  /// Direction of the frustum's axis on the ground plane of the cloud, from +x towards +y; radians.
  public let azimuth: Double

  /// A frame from its place.
  ///
  /// - Parameters:
  ///   - origin: The camera's optical centre, in the frame of the cloud; metres.
  ///   - azimuth: Direction of the axis, from +x towards +y of the cloud; radians.
  public init(origin: Vector3, azimuth: Double) {
    self.origin = origin
    self.azimuth = azimuth
  }

  /// The frame of the frustum behind a box of an image.
  ///
  /// There is none where no ray belongs to the middle of the box, or the ray is vertical.
  ///
  /// - Parameters:
  ///   - box: The box; the axis runs through its middle.
  ///   - camera: The camera.
  ///   - cameraFromCloud: From the frame of the cloud to the camera's.
  public init?(behind box: Box2D, camera: CameraModel, cameraFromCloud: Pose) {
    let middle = Vector2((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2)
    guard let ray = camera.ray(through: middle) else { return nil }
    let cloudFromCamera = cameraFromCloud.inverse
    let direction = cloudFromCamera.rotation.rotate(ray)
    guard direction.x * direction.x + direction.y * direction.y > 1e-12 else { return nil }
    self.init(
      origin: cloudFromCamera.translation, azimuth: atan2(direction.y, direction.x))
  }

  /// Coordinates in this frame.
  ///
  /// - Parameter point: A point in the frame of the cloud; metres.
  /// - Returns: x right, y down, z forward.
  public func local(_ point: Vector3) -> Vector3 {
    let (c, s) = (cos(azimuth), sin(azimuth))
    let d = point - origin
    return Vector3(s * d.x - c * d.y, -d.z, c * d.x + s * d.y)
  }

  /// A box in this frame.
  ///
  /// - Parameter box: A box in the frame of the cloud.
  /// - Returns: The same box.
  public func local(_ box: Box3D) -> FrustumBox {
    FrustumBox(
      center: local(box.center), size: box.size,
      heading: Self.wrapped(azimuth - box.yaw - .pi / 2))
  }

  /// A box in the frame of the cloud.
  ///
  /// - Parameters:
  ///   - box: A box in this frame.
  ///   - label: What it is.
  ///   - score: Confidence.
  /// - Returns: The same box, its yaw from -pi to pi.
  public func box(_ box: FrustumBox, label: String = "", score: Double = 1) -> Box3D {
    let (c, s) = (cos(azimuth), sin(azimuth))
    let p = box.center
    return Box3D(
      center: origin + Vector3(s * p.x + c * p.z, s * p.z - c * p.x, -p.y), size: box.size,
      yaw: Self.wrapped(azimuth - box.heading - .pi / 2), label: label, score: score)
  }

  private static func wrapped(_ angle: Double) -> Double {
    angle - 2 * .pi * (angle / (2 * .pi)).rounded()
  }
}

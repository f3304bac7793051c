import Foundation
public import Geometry

extension KITTILabel {
  /// The box in the LiDAR frame: centre instead of bottom, yaw about +z; nil for a region without a box.
  ///
  /// The heading is carried over as a direction, so that a LiDAR that is tilted against the cameras is taken into account.
  ///
  /// - Parameter calibration: The frame's calibration.
  /// - Returns: The box, with score 1 when the label has none.
  public func box3D(_ calibration: KITTICalibration) -> Box3D? {
    guard !isRegion else { return nil }
    let lidarFromRectified = calibration.rectifiedFromLidar.inverse
    let center = lidarFromRectified * (location - Vector3(0, height / 2, 0))
    let heading = lidarFromRectified.rotation.rotate(
      Vector3(cos(rotationY), 0, -sin(rotationY)))
    return Box3D(
      center: center, size: Vector3(length, width, height), yaw: atan2(heading.y, heading.x),
      label: type, score: score ?? 1)
  }

  /// A result line for a box in the LiDAR frame.
  ///
  /// `alpha` follows from the box's bearing, the 2D box from its corners, projected with `P2` and clipped to the image;
  /// `truncated` is the share of the projected rectangle that lies outside. A box that is not in the image gets the 2D box
  /// `-1 -1 -1 -1` and `truncated` 1.
  ///
  /// - Parameters:
  ///   - box: A box in the LiDAR frame.
  ///   - calibration: The frame's calibration; must hold `P2`.
  ///   - imageWidth: Width of the image of camera 2, pixels.
  ///   - imageHeight: Height of the image of camera 2, pixels.
  ///   - hasScore: Whether the line carries the box's score: a result file.
  public init(
    _ box: Box3D, calibration: KITTICalibration, imageWidth: Int, imageHeight: Int,
    hasScore: Bool = true
  ) {
    let rectifiedFromLidar = calibration.rectifiedFromLidar
    let center = rectifiedFromLidar * box.center
    let location = center + Vector3(0, box.size.z / 2, 0)
    let rotationY = Self.rotationY(yaw: box.yaw, rectifiedFromLidar: rectifiedFromLidar)
    var label = KITTILabel(
      type: box.label, truncated: 1, occluded: 3,
      alpha: Self.wrapped(rotationY - atan2(location.x, location.z)),
      box: Box2D(x1: -1, y1: -1, x2: -1, y2: -1, label: box.label, score: box.score),
      height: box.size.z, width: box.size.y, length: box.size.x, location: location,
      rotationY: rotationY, score: hasScore ? box.score : nil)
    if let projection = calibration.projections[2],
      let whole = projection.bounds(ofCorners: label.corners)
    {
      label.clip(whole, width: imageWidth, height: imageHeight)
    }
    self = label
  }

  /// The eight corners in the rectified camera frame: the bottom face, then the top face in the same order.
  public var corners: [Vector3] {
    let forward = Vector3(cos(rotationY), 0, -sin(rotationY)) * (length / 2)
    let side = Vector3(sin(rotationY), 0, cos(rotationY)) * (width / 2)
    let bottom = [forward + side, side - forward, -forward - side, forward - side]
    return bottom.map { location + $0 } + bottom.map { location + $0 - Vector3(0, height, 0) }
  }

  private mutating func clip(_ whole: Box2D, width: Int, height: Int) {
    let (right, bottom) = (Double(width - 1), Double(height - 1))
    let x1 = max(whole.x1, 0)
    let y1 = max(whole.y1, 0)
    let x2 = min(whole.x2, right)
    let y2 = min(whole.y2, bottom)
    guard x1 < x2, y1 < y2 else { return }
    box.x1 = x1
    box.y1 = y1
    box.x2 = x2
    box.y2 = y2
    let area = (whole.x2 - whole.x1) * (whole.y2 - whole.y1)
    truncated = min(max(1 - (x2 - x1) * (y2 - y1) / area, 0), 1)
  }

  /// The angle whose heading, seen in the LiDAR's ground plane, is `yaw`: the inverse of ``box3D(_:)``.
  private static func rotationY(yaw: Double, rectifiedFromLidar: Pose) -> Double {
    let lidar = rectifiedFromLidar.rotation.inverse
    // heading = cos(ry) * a + sin(ry) * b, of which only x and y count.
    let a = lidar.rotate(Vector3(1, 0, 0))
    let b = lidar.rotate(Vector3(0, 0, -1))
    let (c, s) = (cos(yaw), sin(yaw))
    let determinant = a.x * b.y - a.y * b.x
    return atan2((a.x * s - a.y * c) / determinant, (c * b.y - s * b.x) / determinant)
  }

  private static func wrapped(_ angle: Double) -> Double {
    let turned = angle.remainder(dividingBy: 2 * .pi)
    return turned == -.pi ? .pi : turned
  }
}

extension ProjectionMatrix {
  /// Depth at which edges that run behind the camera are cut, metres.
  private static let nearest = 0.01

  /// The rectangle around the visible part of a box; nil when all of it lies behind the camera.
  fileprivate func bounds(ofCorners corners: [Vector3]) -> Box2D? {
    let images: [Vector3] = corners.map(project)
    var pixels: [Vector2] = images.filter { $0.z >= Self.nearest }.map {
      Vector2($0.x, $0.y) / $0.z
    }
    for corner in 0..<4 {
      let next = (corner + 1) % 4
      for (from, to) in [(corner, next), (corner + 4, next + 4), (corner, corner + 4)] {
        let start: Vector3 = images[from]
        let end: Vector3 = images[to]
        guard (start.z < Self.nearest) != (end.z < Self.nearest) else { continue }
        let share = (Self.nearest - start.z) / (end.z - start.z)
        let cut: Vector3 = start + (end - start) * share
        pixels.append(Vector2(cut.x / cut.z, cut.y / cut.z))
      }
    }
    guard let first = pixels.first else { return nil }
    let low = pixels.reduce(first) { pointwiseMin($0, $1) }
    let high = pixels.reduce(first) { pointwiseMax($0, $1) }
    return Box2D(x1: low.x, y1: low.y, x2: high.x, y2: high.y)
  }
}

import Foundation
public import Geometry
public import Tensors

/// Settings of the search for the floor under a cloud.
public struct FloorSearch: Sendable {
  /// Rough direction up, in the frame of the cloud.
  public var up: Vector3
  /// Direction that becomes +x, in the frame of the cloud.
  public var forward: Vector3
  /// Largest angle between `up` and the floor's normal; radians.
  public var maxTilt: Double
  /// Points within this distance of the floor support it; metres.
  public var distance: Double

  /// Settings; the defaults fit a camera's optical frame.
  ///
  /// - Parameters:
  ///   - up: Rough direction up.
  ///   - forward: Direction that becomes +x.
  ///   - maxTilt: Largest angle between `up` and the floor's normal; radians.
  ///   - distance: Points within this distance of the floor support it; metres.
  public init(
    up: Vector3 = Vector3(0, -1, 0), forward: Vector3 = Vector3(0, 0, 1), maxTilt: Double = 0.7,
    distance: Double = 0.04
  ) {
    self.up = up
    self.forward = forward
    self.maxTilt = maxTilt
    self.distance = distance
  }
}

/// A frame whose z axis stands on the floor.
public struct FloorLevelling: Sendable {
  /// From the frame of the cloud to one with z up, the floor at z = 0, x forward, and the sensor above the origin.
  public var levelFromCloud: Pose
  /// Whether a plane was found; otherwise `up` was believed and the floor put at the 1 % quantile of heights.
  public var isFloorFound: Bool
}

extension PointCloud {
  /// Share of points that may lie below a floor.
  private static let mostBelow = 0.02
  /// How far below a plane a point lies that tells of a lower one; metres.
  private static let clearlyBelow = 0.15

  /// Finds the floor and the frame that stands on it.
  ///
  /// Planes that are nearly perpendicular to `up` are sought by samples of points; one with many points below it (a table, a bed) is
  /// passed over for the points below.
  ///
  /// - Parameters:
  ///   - search: Settings.
  ///   - generator: Source of the samples.
  /// - Returns: The frame; nil without valid points.
  public func levelling(_ search: FloorSearch, using generator: inout SeededGenerator)
    -> FloorLevelling?
  {
    let valid = removingInvalidPoints()
    guard valid.count > 0 else { return nil }
    var candidates = valid
    for _ in 0..<6 {
      guard
        let plane = candidates.fittingPlane(
          PlaneSearch(
            distance: search.distance, axis: search.up, maxAngle: search.maxTilt),
          using: &generator)?.plane
      else { break }
      let below = valid.indices(below: plane, by: Self.clearlyBelow)
      if Double(below.count) <= Self.mostBelow * Double(valid.count) {
        return FloorLevelling(
          levelFromCloud: Self.pose(plane, search.forward), isFloorFound: true)
      }
      candidates = valid.selecting(below)
    }
    let up = search.up.normalized
    let heights = valid.positions.withUnsafeElements(of: Float.self) { p in
      (0..<valid.count).map { i in
        Double(p[3 * i]) * up.x + Double(p[3 * i + 1]) * up.y + Double(p[3 * i + 2]) * up.z
      }.sorted()
    }
    let plane = Plane(normal: up, offset: -heights[heights.count / 100])
    return FloorLevelling(levelFromCloud: Self.pose(plane, search.forward), isFloorFound: false)
  }

  private func indices(below plane: Plane, by distance: Double) -> [Int32] {
    positions.withUnsafeElements(of: Float.self) { p in
      (0..<count).filter { i in
        plane.signedDistance(
          to: Vector3(Double(p[3 * i]), Double(p[3 * i + 1]), Double(p[3 * i + 2]))) < -distance
      }.map(Int32.init)
    }
  }

  private static func pose(_ floor: Plane, _ forward: Vector3) -> Pose {
    let z = floor.normal
    var x = forward - z * forward.dot(z)
    if x.length < 1e-6 {
      x = abs(z.x) < 0.9 ? Vector3(1, 0, 0) - z * z.x : Vector3(0, 1, 0) - z * z.y
    }
    x = x.normalized
    let y = z.cross(x)
    return Pose(
      rotation: Quaternion(Matrix3(rows: [x, y, z])), translation: Vector3(0, 0, floor.offset))
  }
}

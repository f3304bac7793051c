import Foundation
public import Geometry
import Tensors

/// Settings for turning clusters into boxes.
public struct BoxFitting: Sendable {
  /// Clusters with fewer points make no box.
  public var minPoints: Int
  /// Boxes whose top is lower above the ground make way; metres.
  public var minHeight: Double
  /// Boxes taller than this make way; metres.
  public var maxHeight: Double
  /// Boxes longer than this make way; metres.
  public var maxLength: Double
  /// Boxes wider than this make way; metres.
  public var maxWidth: Double
  /// Clusters that float higher above the ground make way; metres.
  public var maxClearance: Double
  /// Whether clusters that can be the seen part of a car grow to the size of one.
  public var completesCars: Bool
  /// Length, width of the car that a seen part grows to; metres.
  public var carSize: Vector2
  /// Tolerance with which clusters too large for a road user are taken apart; metres; 0 leaves them alone.
  ///
  /// 0.6 of it follows where that is not enough. Parts of at least five times the fewest points make a box where they have the
  /// size of a car, cyclist or pedestrian.
  public var splitTolerance: Double
  /// Only points within this distance of the sensor on the x-y plane are taken apart, farther ones are too sparse; metres.
  public var splitRange: Double
  /// Where the sensor stands in the cloud's frame; metres.
  public var sensor: Vector3

  /// Settings for turning clusters into boxes.
  ///
  /// - Parameters:
  ///   - minPoints: Clusters with fewer points make no box.
  ///   - minHeight: Lowest top above the ground; metres.
  ///   - maxHeight: Tallest box; metres.
  ///   - maxLength: Longest box; metres.
  ///   - maxWidth: Widest box; metres.
  ///   - maxClearance: Highest bottom above the ground; metres.
  ///   - completesCars: Whether seen parts of cars grow to the size of one.
  ///   - carSize: Length and width that they grow to; metres.
  ///   - splitTolerance: Tolerance with which clusters that are too large are taken apart; metres; 0 for never.
  ///   - splitRange: Only points within this distance of the sensor are taken apart; metres.
  ///   - sensor: Where the sensor stands in the cloud's frame; metres.
  public init(
    minPoints: Int = 10, minHeight: Double = 0.5, maxHeight: Double = 4, maxLength: Double = 8,
    maxWidth: Double = 3.5, maxClearance: Double = 0.8, completesCars: Bool = true,
    carSize: Vector2 = Vector2(3.9, 1.6), splitTolerance: Double = 0.25, splitRange: Double = 20,
    sensor: Vector3 = .zero
  ) {
    self.minPoints = minPoints
    self.minHeight = minHeight
    self.maxHeight = maxHeight
    self.maxLength = maxLength
    self.maxWidth = maxWidth
    self.maxClearance = maxClearance
    self.completesCars = completesCars
    self.carSize = carSize
    self.splitTolerance = splitTolerance
    self.splitRange = splitRange
    self.sensor = sensor
  }
}

extension ClusteredCloud {
  /// Fits an upright box to each cluster that can be a road user.
  ///
  /// On the ground plane the box is the rectangle whose sides lie closest to the points (``GroundRectangle/fit(_:minDistance:)``);
  /// it stands on the ground where the cloud has the attribute `height` (metres above the ground), else on the lowest point. A
  /// cluster of the height and extent of a part of a car grows to the size of a car, away from the sensor: the corner that the
  /// sensor saw stays. Its heading is along the longer side, to either end.
  ///
  /// Labels follow sizes only: `Car`, `Pedestrian`, `Cyclist`, or `Unknown`. The score, from 0 to 1, is the product of how well
  /// the points lie on the sides and of `n / (n + 20)` for n points, halved for `Unknown`.
  ///
  /// - Parameter fitting: Settings.
  /// - Returns: Boxes, best score first; of equal ones, larger cluster first.
  /// - Throws: ``PointCloudError`` when a cluster is spread too far to be taken apart.
  public func fittingBoxes(_ fitting: BoxFitting = BoxFitting()) throws -> [Box3D] {
    var local = fitting
    local.sensor -= cloud.origin
    let fitter = ClusterBoxFitter(cloud: cloud, fitting: local)
    var boxes: [Box3D] = []
    for member in members() where member.count >= fitting.minPoints {
      switch fitter.box(of: member) {
      case .box(let box): boxes.append(box)
      case .tooLarge:

        boxes += try fitter.boxes(
          ofPartsOf: fitter.near(member), tolerance: fitting.splitTolerance)
      case .none: continue
      }
    }
    return boxes.enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map { _, box in
        var box = box
        box.center += cloud.origin
        return box
      }
  }
}

/// Fits boxes to groups of a cloud's points.
private struct ClusterBoxFitter {
  enum Result {
    case box(Box3D)
    /// Wider or longer than a road user.
    case tooLarge
    case none
  }

  let cloud: PointCloud
  let fitting: BoxFitting

  func box(of member: [Int32]) -> Result {
    var points: [Vector2] = []
    points.reserveCapacity(member.count)
    var (low, high) = (Double.infinity, -Double.infinity)
    cloud.positions.withUnsafeElements(of: Float.self) { p in
      for i in member {
        let j = 3 * Int(i)
        points.append(Vector2(Double(p[j]), Double(p[j + 1])))
        low = min(low, Double(p[j + 2]))
        high = max(high, Double(p[j + 2]))
      }
    }
    let ground = groundLevel(member) ?? low
    guard high - ground >= fitting.minHeight, low - ground <= fitting.maxClearance else {
      return .none
    }
    let corner = points.reduce(points[0]) { pointwiseMax($0, $1) }
    let extent = corner - points.reduce(points[0]) { pointwiseMin($0, $1) }
    if max(extent.x, extent.y) > hypot(fitting.maxLength, fitting.maxWidth) { return .tooLarge }
    let rectangle = GroundRectangle.fit(points)
    let (long, short) = (
      max(rectangle.size.x, rectangle.size.y), min(rectangle.size.x, rectangle.size.y)
    )
    if long > fitting.maxLength || short > fitting.maxWidth { return .tooLarge }
    guard high - ground <= fitting.maxHeight else { return .none }
    return .box(fitting.box(rectangle, pointCount: points.count, bottom: ground, top: high))
  }

  /// The points dense enough to be taken apart.
  func near(_ member: [Int32]) -> [Int32] {
    let (x, y) = (Float(fitting.sensor.x), Float(fitting.sensor.y))
    let limit = Float(fitting.splitRange * fitting.splitRange)
    return cloud.positions.withUnsafeElements(of: Float.self) { p in
      member.filter { i in
        let (dx, dy) = (p[3 * Int(i)] - x, p[3 * Int(i) + 1] - y)
        return dx * dx + dy * dy <= limit
      }
    }
  }

  /// Boxes of the parts of a cluster that have the size of a road user, taken apart again where they are still too large.
  func boxes(ofPartsOf member: [Int32], tolerance: Double) throws -> [Box3D] {
    guard tolerance > 0 else { return [] }
    let part = PointCloud(positions: cloud.positions.selectingRows(member))
    // Bushes and walls crumble into small pieces; a road user close to something leaves a large one.
    let parts = try part.clustered(tolerance: tolerance, minSize: 5 * fitting.minPoints)
    return try parts.members().flatMap { indices -> [Box3D] in
      let piece = indices.map { member[Int($0)] }
      switch self.box(of: piece) {
      case .none: return []
      case .box(let box) where box.label != ObjectKind.unknown.rawValue: return [box]
      case .box(let box) where box.size.x < ObjectKind.shortestFlank: return []
      case .box, .tooLarge:
        return tolerance == fitting.splitTolerance
          ? try boxes(ofPartsOf: piece, tolerance: 0.6 * tolerance) : []
      }
    }
  }

  /// Mean height of the ground under the points, where the cloud knows it.
  private func groundLevel(_ member: [Int32]) -> Double? {
    guard let heights = cloud.attributes["height"], heights.elementType == .float32,
      heights.shape[1] == 1
    else { return nil }
    return cloud.positions.withUnsafeElements(of: Float.self) { p in
      heights.withUnsafeElements(of: Float.self) { h in
        var sum = 0.0
        for i in member { sum += Double(p[3 * Int(i) + 2] - h[Int(i)]) }
        return sum / Double(member.count)
      }
    }
  }
}

extension BoxFitting {
  /// The box that stands on a fitted rectangle.
  fileprivate func box(
    _ fitted: GroundRectangle, pointCount: Int, bottom: Double, top: Double
  ) -> Box3D {
    var rectangle = fitted.size.y > fitted.size.x ? fitted.turned : fitted
    let height = top - bottom
    let kind = ObjectKind(length: rectangle.size.x, width: rectangle.size.y, height: height)
    if kind == .car && completesCars { rectangle = completed(rectangle) }
    let count = Double(pointCount)
    let score = fitted.closeness / 10 * count / (count + 20) * (kind == .unknown ? 0.5 : 1)
    return Box3D(
      center: Vector3(rectangle.center.x, rectangle.center.y, (bottom + top) / 2),
      size: Vector3(rectangle.size.x, rectangle.size.y, height),
      yaw: remainder(rectangle.angle, 2 * .pi), label: kind.rawValue, score: score)
  }

  /// The rectangle of a whole car of which `seen` (longer side first) is the part that the sensor saw.
  private func completed(_ seen: GroundRectangle) -> GroundRectangle {
    // A flank is long. Where no side is, the sensor faces the front or the rear: the car points along the line of sight.
    let sight = seen.center - Vector2(sensor.x, sensor.y)
    let isAlongSight =
      abs(cos(seen.angle) * sight.x + sin(seen.angle) * sight.y)
      >= abs(cos(seen.angle) * sight.y - sin(seen.angle) * sight.x)
    var car = seen.size.x >= ObjectKind.shortestFlank || isAlongSight ? seen : seen.turned
    let along = Vector2(cos(car.angle), sin(car.angle))
    let across = Vector2(-along.y, along.x)
    let view = Vector2(sensor.x, sensor.y) - car.center
    for (axis, direction) in [(0, along), (1, across)] {
      let growth = carSize[axis] - car.size[axis]
      guard growth > 0 else { continue }
      let toSensor = (view * direction).sum()
      // Beside the sensor both ends were seen; elsewhere only the nearer one.
      let isSeenWhole = abs(toSensor) < car.size[axis] / 2
      if !isSeenWhole { car.center -= direction * (toSensor < 0 ? -growth / 2 : growth / 2) }
      car.size[axis] += growth
    }
    return car
  }
}

/// What an object can be, by its size alone.
enum ObjectKind: String {
  case car = "Car"
  case pedestrian = "Pedestrian"
  case cyclist = "Cyclist"
  case unknown = "Unknown"

  /// The longest side of a car that can be its front or rear; metres.
  static let shortestFlank = 2.3

  /// - Parameters:
  ///   - length: Longer side as seen; metres.
  ///   - width: Shorter side as seen; metres.
  ///   - height: Top above the ground; metres.
  init(length: Double, width: Double, height: Double) {
    switch (length, width, height) {
    case (...0.8, ...0.8, 1.0...2.1), (...1.2, ...0.9, 1.5...2.1): self = .pedestrian
    case (1.1...2.2, ...0.9, 1.65...2.1): self = .cyclist
    case (0.9...5.6, ...2.4, 0.8...2.3): self = .car
    default: self = .unknown
    }
  }
}

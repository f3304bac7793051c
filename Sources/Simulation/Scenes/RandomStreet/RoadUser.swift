import Foundation
import Geometry
import Tensors

/// Somebody or something on a random street that ground truth names.
struct RoadUser: Sendable {
  /// What it looks like.
  enum Body: Sendable {
    case car(CarShape, paint: Int32)
    case truck(TruckShape, paint: Int32)
    case person(height: Float, girth: Float, style: PersonStyle, phase: Double)
    case cyclist(scale: Float3, style: PersonStyle, frame: Int32, phase: Double)
  }
  var body: Body
  /// Along the street, to the left of its middle, and turned against it, at time 0.
  var s: Double
  var d: Double
  var yaw: Double
  /// Metres per second along its heading.
  var speed: Double
  /// Height of the ground that it stands on above the road.
  var ground: Double

  /// Length and width of what it takes up.
  var footprint: Vector2 {
    switch body {
    case .car(let shape, _): Vector2(Double(shape.length), Double(shape.width))
    case .truck(let shape, _): Vector2(Double(shape.length), Double(shape.width))
    case .person(let height, let girth, _, _):
      Vector2(speed > 0 ? 0.62 : 0.3, 0.42) * Double(height * girth)
    case .cyclist(let scale, _, _, _): Vector2(1.76 * Double(scale.x), 0.65 * Double(scale.y))
    }
  }

  /// `worldFromObject` at a time.
  func pose(at seconds: Double, _ course: StreetCourse) -> Pose {
    let way = speed * seconds
    return course.pose(s + cos(yaw) * way, d + sin(yaw) * way, ground, yaw: yaw)
  }
}

/// An upright thing's outline on the ground.
struct Footprint: Sendable {
  var center: Vector2
  var yaw: Double
  /// Length and width.
  var size: Vector2

  init(_ pose: Pose, size: Vector2) {
    center = Vector2(pose.translation.x, pose.translation.y)
    let heading = pose.rotation.rotate(Vector3(1, 0, 0))
    yaw = atan2(heading.y, heading.x)
    self.size = size
  }

  /// Whether two outlines come closer than a gap: separating axes of two turned rectangles.
  func overlaps(_ other: Footprint, gap: Double) -> Bool {
    let offset = other.center - center
    let reach = (size + other.size) / 2
    if (offset * offset).sum() > (reach.x + reach.y + gap) * (reach.x + reach.y + gap) {
      return false
    }
    for angle in [yaw, yaw + .pi / 2, other.yaw, other.yaw + .pi / 2] {
      let axis = Vector2(cos(angle), sin(angle))
      let apart = abs((offset * axis).sum()) - half(along: axis) - other.half(along: axis)
      if apart > gap { return false }
    }
    return true
  }

  private func half(along axis: Vector2) -> Double {
    let (c, s) = (cos(yaw), sin(yaw))
    return abs(axis.x * c + axis.y * s) * size.x / 2 + abs(axis.y * c - axis.x * s) * size.y / 2
  }
}

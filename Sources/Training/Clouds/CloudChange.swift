import Foundation
import Configuration
import Geometry
import PointClouds
import Tensors

/// A random change of a labelled cloud that keeps points and boxes in step.
protocol CloudChange: Sendable {
  /// The changed cloud.
  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) throws
    -> LabelledCloud
}

/// Mirrors the cloud: one horizontal coordinate changes its sign.
struct CloudFlip: CloudChange {
  /// Whether x changes its sign; otherwise y.
  var isAlongX: Bool
  var probability: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    guard generator.uniform() < probability else { return cloud }
    let axis = isAlongX ? 0 : 1
    var result = cloud.withoutViews()
    result.cloud.changePositions { points in
      for at in stride(from: axis, to: points.count, by: 3) { points[at] = -points[at] }
    }
    for place in result.boxes.indices {
      if isAlongX {
        result.boxes[place].center.x.negate()
        result.boxes[place].yaw = wrapped(.pi - result.boxes[place].yaw)
      } else {
        result.boxes[place].center.y.negate()
        result.boxes[place].yaw = wrapped(-result.boxes[place].yaw)
      }
    }
    return result
  }
}

/// Turns the cloud about the z axis of its frame.
struct CloudTurn: CloudChange {
  /// Largest angle to either side, radians.
  var limit: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    let angle = limit * (2 * generator.uniform() - 1)
    var result = cloud.withoutViews()
    let (c, s) = (Float(cos(angle)), Float(sin(angle)))
    result.cloud.changePositions { points in
      for at in stride(from: 0, to: points.count, by: 3) {
        let (x, y) = (points[at], points[at + 1])
        points[at] = c * x - s * y
        points[at + 1] = s * x + c * y
      }
    }
    let pose = Pose(rotation: Quaternion(angle: angle, axis: Vector3(0, 0, 1)), translation: .zero)
    for place in result.boxes.indices {
      result.boxes[place].center = pose * result.boxes[place].center
      result.boxes[place].yaw = wrapped(result.boxes[place].yaw + angle)
    }
    return result
  }
}

/// Scales the cloud about the origin of its frame.
struct CloudScaling: CloudChange {
  var range: ClosedRange<Double>

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    let factor = range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
    var result = cloud.withoutViews()
    result.cloud.changePositions { points in
      for at in points.indices { points[at] *= Float(factor) }
    }
    for place in result.boxes.indices {
      result.boxes[place].center = result.boxes[place].center * factor
      result.boxes[place].size = result.boxes[place].size * factor
    }
    return result
  }
}

/// Moves the cloud as a whole.
struct CloudShift: CloudChange {
  /// Standard deviation along x and y, and along z; metres.
  var horizontal: Double
  var vertical: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    let shift = Vector3(
      horizontal * generator.normal(), horizontal * generator.normal(),
      vertical * generator.normal())
    var result = cloud.withoutViews()
    let by = SIMD3<Float>(Float(shift.x), Float(shift.y), Float(shift.z))
    result.cloud.changePositions { points in
      for at in stride(from: 0, to: points.count, by: 3) {
        points[at] += by.x
        points[at + 1] += by.y
        points[at + 2] += by.z
      }
    }
    for place in result.boxes.indices {
      result.boxes[place].center = result.boxes[place].center + shift
    }
    return result
  }
}

/// Moves every point by normally distributed noise.
struct CloudNoise: CloudChange {
  var standardDeviation: Double

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) -> LabelledCloud {
    var (result, random) = (cloud, generator)
    result.cloud.changePositions { points in
      for at in points.indices { points[at] += Float(standardDeviation * random.normal()) }
    }
    generator = random
    return result
  }
}

func wrapped(_ angle: Double) -> Double { angle.remainder(dividingBy: 2 * .pi) }

extension LabelledCloud {
  /// The cloud without its cameras: they no longer fit once the points move.
  func withoutViews() -> LabelledCloud {
    var result = self
    result.views = []
    return result
  }
}

extension PointCloud {
  /// Changes coordinates, x, y, z of one point after the other, in a copy of their own.
  mutating func changePositions(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    var values = positions.copied()
    values.withUnsafeMutableElements(of: Float.self) { body($0) }
    positions = values
    grid = nil
  }
}

import Foundation
public import Geometry

/// A rectangle on the ground plane that fits the visible sides of an object.
public struct GroundRectangle: Sendable, Equatable {
  /// Centre; metres.
  public var center: Vector2
  /// Length along `angle` and across it; metres.
  public var size: Vector2
  /// Direction of the first side, from +x towards +y; radians.
  public var angle: Double
  /// Mean of `1 / max(d, 0.1 m)` over the points, d being the distance to the nearer side; 10 for points on the sides only.
  public var closeness: Double

  /// The rectangle with its sides swapped: the same area.
  public var turned: GroundRectangle {
    GroundRectangle(
      center: center, size: Vector2(size.y, size.x), angle: angle + .pi / 2, closeness: closeness)
  }

  /// Fits a rectangle to points of which a sensor saw one or two sides.
  ///
  /// All directions within 90 degrees are tried in steps of 2 degrees, then of 0.4 degrees about the best; each is judged by how
  /// close the points lie to the sides of the rectangle that bounds them.
  ///
  /// - Parameters:
  ///   - points: Positions on the ground plane, at least one; metres. About 200 of them, evenly picked, judge a direction.
  ///   - minDistance: Points nearer to a side than this count as on it; metres.
  /// - Returns: The rectangle that bounds the points in the best direction, with an angle from 0 to 90 degrees.
  /// - Note: Source: Zhang, Xu, Dong and Dolan, "Efficient L-shape fitting for vehicle detection using laser scanners",
  ///   IEEE Intelligent Vehicles 2017, algorithms 2 and 4 (closeness criterion). Differs: refined steps.
  public static func fit(_ points: [Vector2], minDistance: Double = 0.1) -> GroundRectangle {
    precondition(!points.isEmpty, "a rectangle needs a point")
    let step = max(1, points.count / 200)
    let judges = stride(from: 0, to: points.count, by: step).map { points[$0] }
    func best(from start: Double, to end: Double, by step: Double) -> Double {
      var best = (angle: start, score: -Double.infinity)
      var angle = start
      while angle < end {
        let score = closeness(judges, angle, minDistance)
        if score > best.score { best = (angle, score) }
        angle += step
      }
      return best.angle
    }
    let degree = Double.pi / 180
    let coarse = best(from: 0, to: .pi / 2 - degree, by: 2 * degree)
    let angle = best(from: coarse - 1.6 * degree, to: coarse + 1.8 * degree, by: 0.4 * degree)
    return bounding(points, angle: angle, closeness: closeness(judges, angle, minDistance))
  }

  /// The rectangle of a given direction that bounds points.
  private static func bounding(_ points: [Vector2], angle: Double, closeness: Double)
    -> GroundRectangle
  {
    let (c, s) = (cos(angle), sin(angle))
    var low = Vector2(repeating: .infinity)
    var high = -low
    for p in points {
      let local = Vector2(c * p.x + s * p.y, c * p.y - s * p.x)
      low = pointwiseMin(low, local)
      high = pointwiseMax(high, local)
    }
    let middle = (low + high) / 2
    let center = Vector2(c * middle.x - s * middle.y, s * middle.x + c * middle.y)
    return GroundRectangle(center: center, size: high - low, angle: angle, closeness: closeness)
  }

  private static func closeness(_ points: [Vector2], _ angle: Double, _ minDistance: Double)
    -> Double
  {
    let (c, s) = (cos(angle), sin(angle))
    return points.withUnsafeBufferPointer { points in
      var low = Vector2(repeating: .infinity)
      var high = -low
      for p in points {
        let local = Vector2(c * p.x + s * p.y, c * p.y - s * p.x)
        low = pointwiseMin(low, local)
        high = pointwiseMax(high, local)
      }
      // Of each pair of opposite sides the one that lies closer to the points was seen.
      var toLow = Vector2.zero
      var toHigh = Vector2.zero
      for p in points {
        let local = Vector2(c * p.x + s * p.y, c * p.y - s * p.x)
        toLow += (local - low) * (local - low)
        toHigh += (high - local) * (high - local)
      }
      var sum = 0.0
      for p in points {
        let local = Vector2(c * p.x + s * p.y, c * p.y - s * p.x)
        let dx = toLow.x <= toHigh.x ? local.x - low.x : high.x - local.x
        let dy = toLow.y <= toHigh.y ? local.y - low.y : high.y - local.y
        sum += 1 / max(min(dx, dy), minDistance)
      }
      return sum / Double(points.count)
    }
  }
}

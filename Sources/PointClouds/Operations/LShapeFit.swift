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
  /// All directions within 90 degrees are tried in steps of 2 degrees, then of 0.4 degrees about the best with a quarter of `minDistance`; each is judged by how
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
    let judges = stride(from: 0, to: points.count, by: step).flatMap {
      [points[$0].x, points[$0].y]
    }
    func best(from start: Double, to end: Double, by step: Double, _ distance: Double) -> Double {
      var best = (angle: start, score: -Double.infinity)
      var angle = start
      while angle < end {
        let score = closeness(judges, angle, distance)
        if score > best.score { best = (angle, score) }
        angle += step
      }
      return best.angle
    }
    let degree = Double.pi / 180
    let coarse = best(from: 0, to: .pi / 2 - degree, by: 2 * degree, minDistance)
    // Near the best direction all points may lie within the distance: a smaller one tells directions apart.
    let angle = best(
      from: coarse - 2.4 * degree, to: coarse + 2.6 * degree, by: 0.4 * degree, minDistance / 4)
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

  /// Mean closeness of points (x y, point after point) to the sides that were seen.
  private static func closeness(_ points: [Double], _ angle: Double, _ minDistance: Double)
    -> Double
  {
    let (c, s) = (cos(angle), sin(angle))
    let end = points.count
    return points.withUnsafeBufferPointer { p in
      var (lowX, highX) = (Double.infinity, -Double.infinity)
      var (lowY, highY) = (Double.infinity, -Double.infinity)
      var (sumX, sumY) = (0.0, 0.0)
      var i = 0
      while i < end {
        let x = c * p[i] + s * p[i + 1]
        let y = c * p[i + 1] - s * p[i]
        if x < lowX { lowX = x }
        if x > highX { highX = x }
        if y < lowY { lowY = y }
        if y > highY { highY = y }
        sumX += x
        sumY += y
        i += 2
      }
      // Of each pair of opposite sides the one that lies closer to the points was seen: the sums of squared distances to
      // both differ by n (high - low)(high + low - 2 mean), which has the sign of its last factor.
      let n = Double(end / 2)
      let isLowX = lowX + highX >= 2 * sumX / n
      let isLowY = lowY + highY >= 2 * sumY / n
      var sum = 0.0
      i = 0
      while i < end {
        let x = c * p[i] + s * p[i + 1]
        let y = c * p[i + 1] - s * p[i]
        let dx = isLowX ? x - lowX : highX - x
        let dy = isLowY ? y - lowY : highY - y
        let d = dx < dy ? dx : dy
        sum += 1 / (d > minDistance ? d : minDistance)
        i += 2
      }
      return sum / n
    }
  }
}

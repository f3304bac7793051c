import Foundation
import Geometry

/// The motions between all pairs of stops, as hand and camera see them: `hand · X = X · camera`.
struct HandEyeMotions {
  struct Motion {
    var hand: Pose
    var camera: Pose
  }

  let motions: [Motion]
  /// Root mean square of the sines of the axes' angles to their common direction, as an angle; radians, at most 90 degrees.
  let axisSpread: Double

  /// Turns below this have axes that are mostly noise; radians.
  static let smallestTurn = 2 * Double.pi / 180

  /// Throws `HandEyeError` for what the motions alone show.
  init(_ pairs: [HandEyePair]) throws {
    guard pairs.count >= 3 else { throw HandEyeError.tooFewMotions(pairs: pairs.count) }
    if let index = pairs.firstIndex(where: { !$0.isUsable }) {
      throw HandEyeError.invalidPose(pair: index)
    }
    var found: [Motion] = []
    var (largest, differences) = (0.0, [Double]())
    for j in pairs.indices {
      for i in 0..<j {
        let motion = Motion(
          hand: pairs[j].baseFromHand.inverse * pairs[i].baseFromHand,
          camera: pairs[j].cameraFromTarget * pairs[i].cameraFromTarget.inverse)
        let (a, b) = (motion.hand.rotation.angle, motion.camera.rotation.angle)
        largest = max(largest, a)
        guard min(a, b) > Self.smallestTurn else { continue }
        differences.append(abs(a - b))
        found.append(motion)
      }
    }
    guard !found.isEmpty else { throw HandEyeError.noRotation(largestDegrees: largest.inDegrees) }
    differences.sort()
    let typical = differences[differences.count / 2]
    guard typical < 10 * .pi / 180 else {
      throw HandEyeError.inconsistentPairs(rotationDegrees: typical.inDegrees)
    }
    motions = found
    axisSpread = Self.spread(found.map { $0.hand.rotation.rotationVector.normalized })
    guard axisSpread > 3 * .pi / 180 else {
      throw HandEyeError.parallelAxes(spreadDegrees: axisSpread.inDegrees)
    }
  }

  private static func spread(_ axes: [Vector3]) -> Double {
    var rows = [Vector3.zero, .zero, .zero]
    for axis in axes {
      for i in 0..<3 { rows[i] += axis * axis[i] / Double(axes.count) }
    }
    let values = Matrix3(rows: rows).symmetricEigen.values
    return asin(min(1, max(0, values[0] + values[1]).squareRoot()))
  }
}

extension HandEyePair {
  fileprivate var isUsable: Bool {
    [baseFromHand, cameraFromTarget].allSatisfy { pose in
      let (q, t) = (pose.rotation, pose.translation)
      let length = q.w * q.w + q.vector.dot(q.vector)
      return abs(length - 1) < 1e-6 && t.x.isFinite && t.y.isFinite && t.z.isFinite
    }
  }
}

extension Double {
  /// Radians as degrees.
  var inDegrees: Double { self * 180 / .pi }
}

extension Quaternion {
  /// Axis times angle, the angle from 0 to pi.
  var rotationVector: Vector3 {
    let sign: Double = w < 0 ? -1 : 1
    let sine = vector.length
    guard sine > 1e-300 else { return .zero }
    let angle = 2 * atan2(sine, sign * w)
    return vector * (sign * angle / sine)
  }

  /// The angle from 0 to pi, radians.
  var angle: Double { 2 * atan2(vector.length, abs(w)) }

  /// The rotation that turns vectors `from` into `to` best: the sum of squared differences is least.
  ///
  /// - Note: Source: Horn, "Closed-form solution of absolute orientation using unit quaternions", JOSA A 4, 1987.
  static func aligning(_ pairs: [(from: Vector3, to: Vector3)]) -> Quaternion {
    var rows = LeastSquaresRows(columns: 4)
    for (b, a) in pairs {
      let (difference, sum) = (a - b, a + b)
      var row = [0, -difference.x, -difference.y, -difference.z]
      rows.add(&row)
      row = [difference.x, 0, -sum.z, sum.y]
      rows.add(&row)
      row = [difference.y, sum.z, 0, -sum.x]
      rows.add(&row)
      row = [difference.z, -sum.y, sum.x, 0]
      rows.add(&row)
    }
    let q = rows.singular.vectors[3]
    return Quaternion(w: q[0], x: q[1], y: q[2], z: q[3])
  }

  /// The rotation nearest to a matrix, whose overall sign and size do not matter.
  static func nearest(to matrix: Matrix3) -> Quaternion {
    let columns = (matrix.determinant < 0 ? matrix.negated : matrix).transpose.rows
    let axes = Matrix3.identity.rows
    // The rows' scale would spoil the null vector's meaning only if it varied; one factor is common to all.
    let size = columns.map(\.length).reduce(0, +) / 3
    return aligning(zip(axes, columns).map { (from: $0, to: $1 / size) })
  }
}

extension Matrix3 {
  fileprivate var negated: Matrix3 { Matrix3(rows: rows.map { -$0 }) }
}

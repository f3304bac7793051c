import Foundation
import Geometry

/// Corners that both cameras see, in the rectified frame.
struct RectifiedCorners {
  struct Match {
    var index: Int
    /// Normalised coordinates x/z, y/z after rectification.
    var left: Vector2
    var right: Vector2
  }

  let matches: [[Match]]
  let rotations: RectifyingRotations
  /// Pixels for one unit of the normalised coordinates.
  let focal: Double

  /// The corners of pairs, those of both sides active only.
  init(_ pairs: [StereoBoards], _ rig: StereoRig, focal: Double? = nil) {
    let rotations = RectifyingRotations(rig)
    self.rotations = rotations
    self.focal = focal ?? (rig.left.focalLength.y + rig.right.focalLength.y) / 2
    matches = pairs.map { pair in
      guard let left = pair.left, let right = pair.right else { return [] }
      var other: [Int: Vector2] = [:]
      for place in right.active {
        other[right.corners[place].index] = right.corners[place].position
      }
      return left.active.compactMap { place in
        let corner = left.corners[place]
        guard let position = other[corner.index],
          let a = Self.rectified(corner.position, rig.left, rotations.left),
          let b = Self.rectified(position, rig.right, rotations.right)
        else { return nil }
        return Match(index: corner.index, left: a, right: b)
      }
    }
  }

  static func rectified(_ pixel: Vector2, _ camera: CameraModel, _ turn: Matrix3) -> Vector2? {
    guard let ray = camera.ray(through: pixel) else { return nil }
    let turned = turn * ray
    return turned.z > 1e-9 ? Vector2(turned.x, turned.y) / turned.z : nil
  }

  /// Rows of left minus rows of right, pixels.
  var epipolar: EpipolarError {
    var (sum, most, count) = (0.0, 0.0, 0)
    for match in matches.joined() {
      let row = focal * (match.left.y - match.right.y)
      sum += row * row
      most = max(most, abs(row))
      count += 1
    }
    return EpipolarError(
      rms: count > 0 ? (sum / Double(count)).squareRoot() : .nan, maximum: most, count: count)
  }

  /// Distances of points that are nearest neighbours on the target.
  func edges(points: [Vector3]) -> EdgeCheck? {
    let baseline = -rotations.shift
    var least = Double.infinity
    for a in points.indices {
      for b in points[..<a] { least = min(least, (points[a] - b).length) }
    }
    var (sum, squares, count) = (0.0, 0.0, 0)
    for pair in matches {
      let placed = pair.compactMap { match -> (Int, Vector3)? in
        let disparity = match.left.x - match.right.x
        guard disparity * baseline > 0 else { return nil }
        let depth = baseline / disparity
        let row = (match.left.y + match.right.y) / 2
        return (match.index, Vector3(match.left.x, row, 1) * depth)
      }
      for (place, first) in placed.enumerated() {
        for second in placed[..<place] {
          let expected = (points[first.0] - points[second.0]).length
          guard expected < 1.01 * least else { continue }
          let error = (first.1 - second.1).length / expected - 1
          sum += error
          squares += error * error
          count += 1
        }
      }
    }
    guard count > 0 else { return nil }
    return EdgeCheck(
      rms: (squares / Double(count)).squareRoot(), mean: sum / Double(count), count: count)
  }
}

import Foundation
public import Geometry

/// The pose of a target in one view of a calibrated camera, with its covariance.
public struct BoardPose: Sendable, Equatable {
  /// Target coordinates to camera coordinates, metres.
  public var cameraFromTarget: Pose
  /// Covariance of rotation vector (from the left, radians) and translation (metres); 6 x 6, row-major.
  public var covariance: [Double]
  /// Root of the mean squared distance between corners and projections, pixels.
  public var rms: Double

  /// Estimates the pose.
  ///
  /// - Parameters:
  ///   - view: The view; at least 4 corners that are not on a line.
  ///   - target: The target.
  ///   - camera: The camera.
  /// - Throws: ``CalibrationRefusal`` when the corners do not determine a pose.
  public init(_ view: TargetView, of target: CalibrationTarget, in camera: CameraModel) throws {
    func refusal(_ text: String) -> CalibrationRefusal {
      CalibrationRefusal(reasons: [VerdictReason(.undetermined, "\(view.name): \(text)")])
    }
    let input = try EstimationInput([view], target: target, floor: 0.05)
    guard let board = input.views.first else {
      throw refusal(input.unused.first?.reason ?? "no corners")
    }
    let pairs = board.corners.compactMap { corner -> PlanePair? in
      guard let ray = camera.ray(through: corner.position), ray.z > 0.05 else { return nil }
      let point = input.points[corner.index]
      return PlanePair(
        source: Vector2(point.x, point.y), target: Vector2(ray.x, ray.y) / ray.z)
    }
    guard let map = try? Homography(fitting: pairs), var pose = Self.pose(of: map) else {
      throw refusal("its corners determine no pose")
    }
    let parameters = camera.parameters
    let count = board.corners.count
    var step = Self.normal(board, camera.lens, parameters, pose, count)
    for _ in 0..<60 {
      guard let now = step, let inverse = now.information.inverse else {
        throw refusal("its corners determine no pose")
      }
      let change = inverse * now.gradient
      var (scale, next): (Double, Pose?) = (1, nil)
      // Halved until the error shrinks.
      while next == nil && scale > 1e-4 {
        var candidate = pose
        let turn = Vector3(change[0], change[1], change[2]) * -scale
        if turn.length > 0 {
          candidate.rotation = Quaternion(angle: turn.length, axis: turn) * pose.rotation
        }
        candidate.translation -= Vector3(change[3], change[4], change[5]) * scale
        if let trial = Self.normal(board, camera.lens, parameters, candidate, count),
          trial.square < now.square
        {
          next = candidate
          step = trial
        }
        scale /= 2
      }
      guard let next else { break }
      pose = next
      if let after = step, now.square - after.square < 1e-13 * now.square { break }
    }
    guard let final = step, let inverse = final.information.inverse else {
      throw refusal("its corners determine no pose")
    }
    let variance = final.square / Double(max(1, 2 * count - 6))
    cameraFromTarget = pose
    // Four corners leave two numbers over: an error below the detector's floor is luck.
    covariance = inverse.scaled(by: max(variance, 0.05 * 0.05)).elements
    rms = (final.square / Double(count)).squareRoot()
  }

  private static func normal(
    _ board: BoardView, _ lens: LensModel, _ parameters: [Double], _ pose: Pose, _ count: Int
  ) -> (information: SymmetricMatrix, gradient: [Double], square: Double)? {
    var residuals = [Double](repeating: 0, count: 2 * count)
    var byPose = [Double](repeating: 0, count: 12 * count)
    let isSeen = board.evaluate(
      Array(0..<count), lens, parameters: parameters, pose: pose.numbers, residuals: &residuals,
      byParameters: nil, byPose: &byPose, isTangent: true)
    guard isSeen else { return nil }
    var information = SymmetricMatrix(side: 6)
    var (gradient, square) = ([Double](repeating: 0, count: 6), 0.0)
    for row in 0..<2 * count {
      square += residuals[row] * residuals[row]
      for i in 0..<6 {
        gradient[i] += byPose[6 * row + i] * residuals[row]
        for j in 0..<6 { information[i, j] += byPose[6 * row + i] * byPose[6 * row + j] }
      }
    }
    return (information, gradient, square)
  }

  /// The pose whose plane z = 0 a homography shows in normalised coordinates.
  private static func pose(of map: Homography) -> Pose? {
    let columns = map.matrix.transpose.rows
    let size = (columns[0].length + columns[1].length) / 2
    guard size > 1e-12 else { return nil }
    let scale = (columns[2].z < 0 ? -1 : 1) / size
    let (first, second, shift) = (columns[0] * scale, columns[1] * scale, columns[2] * scale)
    let rotation = Quaternion.aligning([
      (from: Vector3(1, 0, 0), to: first), (from: Vector3(0, 1, 0), to: second),
      (from: Vector3(0, 0, 1), to: first.cross(second)),
    ])
    return Pose(rotation: rotation, translation: shift)
  }
}

import Foundation
import Geometry

/// Estimates where a LiDAR stands to a camera from a flat target that both see in several poses.
///
/// Each board gives three conditions, weighted by the errors of both sensors: the LiDAR's plane has the distance and the two
/// tilts of the camera's. Points of the target located in the scan add three each.
public struct LidarCameraEstimator: Sendable {
  /// Points within this distance of a board's plane belong to it; metres.
  public var planeDistance: Double
  /// Whether boards that do not fit are left out.
  public var rejectsOutliers: Bool

  /// An estimator.
  ///
  /// - Parameters:
  ///   - planeDistance: Points within this distance of a board's plane belong to it; metres, above 0.
  ///   - rejectsOutliers: Whether boards that do not fit are left out.
  public init(planeDistance: Double = 0.06, rejectsOutliers: Bool = true) {
    self.planeDistance = planeDistance
    self.rejectsOutliers = rejectsOutliers
  }

  /// Estimates the pose.
  ///
  /// - Parameter observations: At least three boards whose normals span space.
  /// - Returns: The pose with its errors.
  /// - Throws: ``LidarCameraError``.
  public func estimate(_ observations: [BoardObservation]) throws -> LidarCameraEstimate {
    var (boards, unused): ([BoardMatch], [UnusedView]) = ([], [])
    for observation in observations {
      guard observation.isUsable else {
        throw LidarCameraError.invalidPose(board: observation.name)
      }
      do {
        let plane = try BoardPlane(observation.points, distance: planeDistance)
        boards.append(BoardMatch(observation, plane))
      } catch let failure as BoardPlane.Failure {
        unused.append(UnusedView(name: observation.name, reason: failure.reason))
      }
    }
    guard boards.count >= 3 else {
      throw LidarCameraError.tooFewBoards(
        usable: boards.count, reasons: unused.map { "\($0.name): \($0.reason)" })
    }
    var active = Array(boards.indices)
    var fit = try BoardFit(boards, active)
    while rejectsOutliers && active.count > 4 {
      // A board that spoils the others shows when it is left out.
      let all = fit.squares.reduce(0, +)
      let candidates = active.compactMap { place -> (place: Int, fit: BoardFit)? in
        let rest = active.filter { $0 != place }
        return (try? BoardFit(boards, rest)).map { (place, $0) }
      }
      guard
        let best = candidates.min(by: {
          ($0.fit.squares.reduce(0, +), $0.place) < ($1.fit.squares.reduce(0, +), $1.place)
        })
      else { break }
      let left = best.fit.squares.reduce(0, +)
      let scale = max(1, left / Double(max(1, best.fit.freedom)))
      // Three conditions less; a good board takes 21 with it once in 10,000 times.
      guard (all - left) / scale > 30 else { break }
      active = active.filter { $0 != best.place }
      fit = best.fit
    }
    let typical = fit.typicalDistance
    guard typical < 0.3 else { throw LidarCameraError.inconsistentBoards(distance: typical) }
    let ratio = fit.freedom > 0 ? fit.squares.reduce(0, +) / Double(fit.freedom) : 1
    let inflation = max(1, ratio).squareRoot()
    let covariance = fit.covariance.scaled(by: inflation * inflation)
    let deviation = (0..<6).map { covariance[$0, $0].squareRoot() }
    let isActive = Set(active)
    let results = boards.enumerated().map { place, board in
      let off = board.offset(fit.pose)
      let square = board.square(fit.pose)
      return LidarCameraEstimate.Board(
        name: board.observation.name, distance: off.distance, angle: off.angle,
        points: board.plane.count, sigmas: (square / Double(board.conditions)).squareRoot(),
        isOutlier: !isActive.contains(place))
    }
    let noise = active.map { boards[$0].plane.noise }
    return LidarCameraEstimate(
      cameraFromLidar: fit.pose,
      rotationDeviation: Vector3(deviation[0], deviation[1], deviation[2]),
      translationDeviation: Vector3(deviation[3], deviation[4], deviation[5]),
      covariance: covariance.elements, inflation: inflation, degreesOfFreedom: fit.freedom,
      rangeNoise: (noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)).squareRoot(),
      normalSpread: fit.normalSpread, boards: results, unusedBoards: unused)
  }
}

extension BoardObservation {
  fileprivate var isUsable: Bool {
    let (q, t) = (cameraFromTarget.rotation, cameraFromTarget.translation)
    let length = q.w * q.w + q.vector.dot(q.vector)
    return abs(length - 1) < 1e-6 && t.x.isFinite && t.y.isFinite && t.z.isFinite
      && (poseCovariance ?? []).allSatisfy(\.isFinite)
      && corners.allSatisfy { $0.deviation > 0 && $0.inLidar.length.isFinite }
  }
}

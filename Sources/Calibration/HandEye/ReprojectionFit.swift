import Foundation
import Geometry

/// Both poses of a robot with camera and target that explain the corners in the stops' pictures best.
struct ReprojectionFit {
  private struct Corner {
    var stop: Int
    var point: Vector3
    var pixel: Vector2
  }

  private let handFromBase: [Pose]
  private let camera: CameraModel
  private let corners: [Corner]
  var poses: RobotWorldPoses
  /// Places of the stops that take part.
  private(set) var active: [Int]
  /// Standard deviation of one coordinate of a corner, pixels.
  private(set) var noise = 1.0
  /// Root of the mean squared distance of each stop's corners, pixels.
  private(set) var rms: [Double]

  static var options: LeastSquaresProblem.Options {
    var options = LeastSquaresProblem.Options()
    options.linearSolver = .denseQR
    options.functionTolerance = 1e-15
    return options
  }

  init(
    _ pairs: [HandEyePair], _ pictures: HandEyeEstimator.Pictures, start: RobotWorldPoses
  ) throws {
    guard pictures.views.count == pairs.count else {
      throw CalibrationRefusal(reasons: [
        VerdictReason(
          .inconsistentViews,
          "\(pictures.views.count) pictures and \(pairs.count) poses cannot be paired one to one")
      ])
    }
    handFromBase = pairs.map { $0.baseFromHand.inverse }
    camera = pictures.camera
    poses = start
    let points = pictures.target.points
    let found: [Corner] = pictures.views.enumerated().flatMap { place, view in
      view.corners.compactMap { corner -> Corner? in
        guard points.indices.contains(corner.index), corner.position.x.isFinite,
          corner.position.y.isFinite
        else { return nil }
        return Corner(stop: place, point: points[corner.index], pixel: corner.position)
      }
    }
    corners = found
    active = pairs.indices.filter { place in found.contains { $0.stop == place } }
    rms = [Double](repeating: .nan, count: pairs.count)
    guard active.count >= 3 else { throw HandEyeError.tooFewMotions(pairs: active.count) }
  }

  mutating func solve(rejectsOutliers: Bool) throws {
    measure()
    if rejectsOutliers {
      let usable = active.map { rms[$0] }.filter(\.isFinite).sorted()
      let typical = usable.isEmpty ? 1 : max(usable[usable.count / 2], 1e-6)
      try refine(lossScale: 3 * typical)
      measure()
      let after = active.map { rms[$0] }.filter(\.isFinite).sorted()
      let limit = after.isEmpty ? .infinity : max(4 * after[after.count / 2], 1e-6)
      let kept = active.filter { rms[$0] <= limit }
      if kept.count >= 3 { active = kept }
    }
    try refine(lossScale: nil)
    measure()
  }

  /// Residuals of each stop and the noise that they show.
  private mutating func measure() {
    var (sums, counts) = (
      [Double](repeating: 0, count: rms.count), [Double](repeating: 0, count: rms.count)
    )
    for corner in corners {
      let point =
        poses.handFromCamera.inverse
        * (handFromBase[corner.stop] * (poses.baseFromTarget * corner.point))
      let off = (camera.project(point) ?? Vector2(repeating: .infinity)) - corner.pixel
      sums[corner.stop] += (off * off).sum()
      counts[corner.stop] += 1
    }
    rms = zip(sums, counts).map { $1 > 0 ? ($0 / $1).squareRoot() : .nan }
    let (sum, count) = active.reduce((0.0, 0.0)) { ($0.0 + sums[$1], $0.1 + counts[$1]) }
    noise = max((sum / max(1, 2 * count - 12)).squareRoot(), 1e-12)
  }

  private mutating func refine(lossScale: Double?) throws {
    let (problem, x, z) = try makeProblem(lossScale)
    try problem.solve(Self.options)
    poses = RobotWorldPoses(
      handFromCamera: Pose(numbers: problem.values(of: x)),
      baseFromTarget: Pose(numbers: problem.values(of: z)))
  }

  func covariance() throws -> [Double] {
    let (problem, x, z) = try makeProblem(nil)
    let inverse = try problem.covariance(of: [x, z])
    return Self.rotationVectors(inverse).map { $0 * noise * noise }
  }

  /// Ceres's steps are half rotation vectors.
  static func rotationVectors(_ covariance: [Double]) -> [Double] {
    covariance.enumerated().map { place, value in
      let (row, column) = (place / 12 % 6, place % 12 % 6)
      return value * (row < 3 ? 2 : 1) * (column < 3 ? 2 : 1)
    }
  }

  private func makeProblem(_ lossScale: Double?) throws -> (
    LeastSquaresProblem, LeastSquaresProblem.Block, LeastSquaresProblem.Block
  ) {
    let problem = try LeastSquaresProblem()
    let x = try problem.addBlock(poses.handFromCamera.numbers, manifold: .pose)
    let z = try problem.addBlock(poses.baseFromTarget.numbers, manifold: .pose)
    let (lens, parameters) = (camera.lens, camera.parameters)
    let isActive = Set(active)
    for corner in corners where isActive.contains(corner.stop) {
      let hand = handFromBase[corner.stop]
      try problem.addResidual(
        count: 2, of: [x, z], loss: lossScale.map { .cauchy(scale: $0) } ?? .none
      ) { blocks, residuals, jacobians in
        let x = Pose(numbers: Array(UnsafeBufferPointer(start: blocks[0], count: 7)))
        let z = Pose(numbers: Array(UnsafeBufferPointer(start: blocks[1], count: 7)))
        let turned = z.rotation.rotate(corner.point)
        let arm = hand * (turned + z.translation) - x.translation
        let point = x.rotation.inverse.rotate(arm)
        var (pixel, byPoint) = ([0.0, 0.0], [Double](repeating: 0, count: 6))
        guard
          lens.project(
            point.x, point.y, point.z, parameters: parameters, pixel: &pixel,
            pointJacobian: &byPoint, parameterJacobian: nil)
        else { return false }
        for side in 0..<2 {
          residuals[side] = pixel[side] - corner.pixel[side]
          let row = Vector3(byPoint[3 * side], byPoint[3 * side + 1], byPoint[3 * side + 2])
          let inHand = x.rotation.rotate(row)
          let inBase = hand.rotation.inverse.rotate(inHand)
          let rows = [(inHand.cross(arm), -inHand), (turned.cross(inBase), inBase)]
          for (block, (turn, shift)) in rows.enumerated() {
            guard let out = jacobians[block].map({ $0 + 7 * side }) else { continue }
            let ambient = ambientRow(turn, blocks[block])
            (out[0], out[1], out[2], out[3]) = (ambient.x, ambient.y, ambient.z, ambient.w)
            (out[4], out[5], out[6]) = (shift.x, shift.y, shift.z)
          }
        }
        return true
      }
    }
    return (problem, x, z)
  }
}

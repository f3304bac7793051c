import Foundation
import Geometry

/// Both poses of a robot with camera and target that explain the stops' poses best.
struct HandEyeFit {
  let pairs: [HandEyePair]
  var poses: RobotWorldPoses
  /// Places of the stops that take part.
  var active: [Int]
  private(set) var rotationSigma = 1.0
  private(set) var translationSigma = 1.0
  private let fixedRotation: Double?
  private let fixedTranslation: Double?

  /// Squared length in sigmas of a stop's six residuals that a good stop exceeds once in 10,000.
  private static let limit = 27.9

  init(
    pairs: [HandEyePair], poses: RobotWorldPoses, rotationNoise: Double?, translationNoise: Double?
  ) {
    self.pairs = pairs
    self.poses = poses
    active = Array(pairs.indices)
    fixedRotation = rotationNoise
    fixedTranslation = translationNoise
  }

  mutating func solve(rejectsOutliers: Bool) throws {
    if rejectsOutliers {
      estimateNoise(byMedian: true)
      try refine(lossScale: 5)
      estimateNoise(byMedian: true)
      mark()
    }
    for _ in 0..<3 {
      estimateNoise(byMedian: false)
      try refine(lossScale: nil)
    }
    estimateNoise(byMedian: false)
  }

  /// Noise of rotation and translation from the active stops' residuals.
  private mutating func estimateNoise(byMedian: Bool) {
    let residuals = HandEyeResiduals(pairs, poses)
    func sigma(_ vectors: [Vector3]) -> Double {
      let squares = active.map { vectors[$0].dot(vectors[$0]) }.sorted()
      let count = 3 * Double(squares.count)
      // Six of twelve unknowns each; three stops leave three numbers over.
      let freedom = max(1, count - 6)
      // The median of χ² with three degrees of freedom is 2.366.
      let mean =
        byMedian ? squares[squares.count / 2] / 2.366 : squares.reduce(0, +) / count
      return max((mean * count / freedom).squareRoot(), 1e-12)
    }
    rotationSigma = fixedRotation ?? sigma(residuals.rotations)
    translationSigma = fixedTranslation ?? sigma(residuals.translations)
  }

  private mutating func mark() {
    let residuals = HandEyeResiduals(pairs, poses)
    let kept = pairs.indices.filter { place in
      let (turn, shift) = (residuals.rotations[place], residuals.translations[place])
      let square =
        turn.dot(turn) / (rotationSigma * rotationSigma)
        + shift.dot(shift) / (translationSigma * translationSigma)
      return square <= Self.limit
    }
    // What is left must still determine both poses.
    if kept.count >= 3, (try? HandEyeMotions(kept.map { pairs[$0] })) != nil { active = kept }
  }

  private mutating func refine(lossScale: Double?) throws {
    let (problem, x, z) = try makeProblem(lossScale)
    try problem.solve(ReprojectionFit.options)
    poses = RobotWorldPoses(
      handFromCamera: Pose(numbers: problem.values(of: x)),
      baseFromTarget: Pose(numbers: problem.values(of: z)))
  }

  /// Covariance of both poses: rotation vectors from the left and translations.
  func covariance() throws -> [Double] {
    let (problem, x, z) = try makeProblem(nil)
    return try ReprojectionFit.rotationVectors(problem.covariance(of: [x, z]))
  }

  private func makeProblem(_ lossScale: Double?) throws -> (
    LeastSquaresProblem, LeastSquaresProblem.Block, LeastSquaresProblem.Block
  ) {
    let problem = try LeastSquaresProblem()
    let x = try problem.addBlock(poses.handFromCamera.numbers, manifold: .pose)
    let z = try problem.addBlock(poses.baseFromTarget.numbers, manifold: .pose)
    let (perTurn, perShift) = (1 / rotationSigma, 1 / translationSigma)
    for place in active {
      let pair = pairs[place]
      try problem.addResidual(
        count: 6, of: [x, z], loss: lossScale.map { .cauchy(scale: $0) } ?? .none
      ) { parameters, residuals, jacobians in
        pair.evaluate(
          parameters[0], parameters[1], perTurn, perShift, residuals, jacobians[0], jacobians[1])
        return true
      }
    }
    return (problem, x, z)
  }
}

extension HandEyePair {
  /// Rotation (twice the vector part of the error's quaternion) and translation in the base's frame, weighted, with derivatives.
  fileprivate func evaluate(
    _ xNumbers: UnsafePointer<Double>, _ zNumbers: UnsafePointer<Double>, _ perTurn: Double,
    _ perShift: Double, _ residuals: UnsafeMutablePointer<Double>,
    _ byX: UnsafeMutablePointer<Double>?, _ byZ: UnsafeMutablePointer<Double>?
  ) {
    let x = Pose(numbers: Array(UnsafeBufferPointer(start: xNumbers, count: 7)))
    let z = Pose(numbers: Array(UnsafeBufferPointer(start: zNumbers, count: 7)))
    let (a, c) = (baseFromHand, cameraFromTarget)
    let back = z.rotation.inverse
    var e = back * (a.rotation * x.rotation * c.rotation)
    if e.w < 0 { e = Quaternion(w: -e.w, x: -e.vector.x, y: -e.vector.y, z: -e.vector.z) }
    let carried = x.rotation.rotate(c.translation)
    let shift = a.rotation.rotate(carried + x.translation) + a.translation - z.translation
    for i in 0..<3 {
      residuals[i] = 2 * perTurn * e.vector[i]
      residuals[3 + i] = perShift * shift[i]
    }
    let axes = Matrix3.identity.rows
    for i in 0..<3 {
      // Row i of w I − [v]×, then in the base's and in the hand's frame.
      let row = (axes[i] * e.w + axes[i].cross(e.vector) * -1) * perTurn
      let inBase = z.rotation.rotate(row)
      let inHand = a.rotation.inverse.rotate(axes[i]) * perShift
      if let byX {
        Self.write(a.rotation.inverse.rotate(inBase), .zero, xNumbers, byX + 7 * i)
        Self.write(carried.cross(inHand), inHand, xNumbers, byX + 7 * (3 + i))
      }
      if let byZ {
        Self.write(-inBase, .zero, zNumbers, byZ + 7 * i)
        Self.write(.zero, -axes[i] * perShift, zNumbers, byZ + 7 * (3 + i))
      }
    }
  }

  private static func write(
    _ turn: Vector3, _ shift: Vector3, _ q: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>
  ) {
    let ambient = ambientRow(turn, q)
    (out[0], out[1], out[2], out[3]) = (ambient.x, ambient.y, ambient.z, ambient.w)
    (out[4], out[5], out[6]) = (shift.x, shift.y, shift.z)
  }
}

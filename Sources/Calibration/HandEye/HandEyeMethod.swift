import Foundation
public import Geometry

/// A closed-form solution of A X = X B.
public enum HandEyeMethod: String, Sendable, CaseIterable {
  /// Tsai and Lenz 1989: rotation by modified Rodrigues vectors. Has no solution for a camera turned by 180 degrees.
  case tsai
  /// Park and Martin 1994: rotation by least squares over rotation vectors.
  case park
  /// Horaud and Dornaika 1995: rotation by least squares over rotation axes.
  case horaud
  /// Andreff, Horaud and Espiau 1999: rotation matrix by a linear system.
  case andreff
  /// Daniilidis 1999: rotation and translation at once by dual quaternions.
  case daniilidis

  /// Solves for `hand_from_camera`.
  ///
  /// - Parameter pairs: At least three stops with turns about different axes.
  /// - Returns: The pose; nil where the method has no solution for these motions.
  /// - Throws: ``HandEyeError``.
  public func solve(_ pairs: [HandEyePair]) throws -> Pose? {
    solve(try HandEyeMotions(pairs))
  }

  func solve(_ motions: HandEyeMotions) -> Pose? {
    if self == .daniilidis { return Self.dualQuaternion(motions) }
    let rotation: Quaternion? =
      switch self {
      case .tsai: Self.tsaiRotation(motions)
      case .park:
        Quaternion.aligning(
          motions.motions.map {
            (from: $0.camera.rotation.rotationVector, to: $0.hand.rotation.rotationVector)
          })
      case .horaud:
        Quaternion.aligning(
          motions.motions.map {
            (
              from: $0.camera.rotation.rotationVector.normalized,
              to: $0.hand.rotation.rotationVector.normalized
            )
          })
      default: Self.linearRotation(motions)
      }
    guard let rotation, let translation = Self.translation(motions, rotation) else { return nil }
    return Pose(rotation: rotation, translation: translation)
  }

  /// Least squares over (R_A - I) t = R t_B - t_A.
  private static func translation(_ motions: HandEyeMotions, _ rotation: Quaternion) -> Vector3? {
    var system = LeastSquaresRows(columns: 4)
    for motion in motions.motions {
      let turn = motion.hand.rotation.matrix.rows
      let right = rotation.rotate(motion.camera.translation) - motion.hand.translation
      for i in 0..<3 {
        var row = [turn[i].x, turn[i].y, turn[i].z, right[i]]
        row[i] -= 1
        system.add(&row)
      }
    }
    return system.solution.map { Vector3($0[0], $0[1], $0[2]) }
  }

  private static func tsaiRotation(_ motions: HandEyeMotions) -> Quaternion? {
    var system = LeastSquaresRows(columns: 4)
    for motion in motions.motions {
      let a = motion.hand.rotation.upperHalf.vector * 2
      let b = motion.camera.rotation.upperHalf.vector * 2
      let (sum, right) = (a + b, b - a)
      var row = [0, -sum.z, sum.y, right.x]
      system.add(&row)
      row = [sum.z, 0, -sum.x, right.y]
      system.add(&row)
      row = [-sum.y, sum.x, 0, right.z]
      system.add(&row)
    }
    return system.solution.map { Quaternion(w: 1, x: $0[0], y: $0[1], z: $0[2]) }
  }

  /// The null vector of R_A X - X R_B over the nine elements of X.
  private static func linearRotation(_ motions: HandEyeMotions) -> Quaternion? {
    var system = LeastSquaresRows(columns: 9)
    for motion in motions.motions {
      let a = motion.hand.rotation.matrix.rows
      let b = motion.camera.rotation.matrix.rows
      for i in 0..<3 {
        for j in 0..<3 {
          var row = [Double](repeating: 0, count: 9)
          for k in 0..<3 {
            row[3 * k + j] += a[i][k]
            row[3 * i + k] -= b[k][j]
          }
          system.add(&row)
        }
      }
    }
    let (values, vectors) = system.singular
    // Half turns about perpendicular axes leave more than one matrix.
    guard values[7] > 1e-6 * values[0] else { return nil }
    return Quaternion.nearest(to: Matrix3(rowMajor: vectors[8]))
  }

  private static func dualQuaternion(_ motions: HandEyeMotions) -> Pose? {
    var system = LeastSquaresRows(columns: 8)
    for motion in motions.motions {
      let (a, b) = (DualQuaternion(motion.hand), DualQuaternion(motion.camera))
      let (minus, plus) = (a.real.vector - b.real.vector, a.real.vector + b.real.vector)
      let (dualMinus, dualPlus) = (a.dual - b.dual, a.dual + b.dual)
      for i in 0..<3 {
        var row = cross(minus, plus, i) + [0, 0, 0, 0]
        system.add(&row)
        row = cross(dualMinus, dualPlus, i) + cross(minus, plus, i)
        system.add(&row)
      }
    }
    let vectors = system.singular.vectors
    let (u1, u2) = (SIMD4(vectors[6][0..<4]), SIMD4(vectors[7][0..<4]))
    let (w1, w2) = (SIMD4(vectors[6][4..<8]), SIMD4(vectors[7][4..<8]))
    // Real and dual part of a unit dual quaternion are perpendicular.
    let (a, b, c) = ((u1 * w1).sum(), (u1 * w2).sum() + (u2 * w1).sum(), (u2 * w2).sum())
    let root = max(0, b * b - 4 * a * c).squareRoot()
    let q = -(b + (b < 0 ? -root : root)) / 2
    // The two ratios of the vectors: (q : a) and (c : q).
    let candidates = [(q, a), (c, q)].map { (x, y) -> (SIMD4<Double>, SIMD4<Double>) in
      let length = (x * x + y * y).squareRoot()
      return ((u1 * x + u2 * y) / length, (w1 * x + w2 * y) / length)
    }
    var best: (SIMD4<Double>, SIMD4<Double>)?
    for candidate in candidates where candidate.0.x.isFinite {
      let size = (candidate.0 * candidate.0).sum()
      if size > (best.map { ($0.0 * $0.0).sum() } ?? 1e-12) { best = candidate }
    }
    guard let (real, dual) = best else { return nil }
    let size = (real * real).sum()
    let rotation = Quaternion(w: real.x, x: real.y, y: real.z, z: real.w)
    // t = 2 q' q*
    let (v, d) = (Vector3(real.y, real.z, real.w), Vector3(dual.y, dual.z, dual.w))
    let translation = (d * real.x - v * dual.x - d.cross(v)) * (2 / size)
    return Pose(rotation: rotation, translation: translation)
  }

  /// Row i of `[minus | skew(plus)]`.
  private static func cross(_ minus: Vector3, _ plus: Vector3, _ i: Int) -> [Double] {
    switch i {
    case 0: [minus.x, 0, -plus.z, plus.y]
    case 1: [minus.y, plus.z, 0, -plus.x]
    default: [minus.z, -plus.y, plus.x, 0]
    }
  }
}

/// A rigid motion as a dual quaternion: the rotation and the vector part of ½ t q.
private struct DualQuaternion {
  let real: Quaternion
  let dual: Vector3

  init(_ pose: Pose) {
    real = pose.rotation.upperHalf
    dual = (pose.translation * real.w + pose.translation.cross(real.vector)) / 2
  }
}

extension Quaternion {
  /// The same rotation with a scalar part of at least 0.
  fileprivate var upperHalf: Quaternion {
    w < 0 ? Quaternion(w: -w, x: -vector.x, y: -vector.y, z: -vector.z) : self
  }
}

extension SIMD4 where Scalar == Double {
  fileprivate init(_ slice: ArraySlice<Double>) {
    let values = Array(slice)
    self.init(values[0], values[1], values[2], values[3])
  }
}

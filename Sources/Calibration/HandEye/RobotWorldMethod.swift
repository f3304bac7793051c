import Foundation
public import Geometry

/// The two unknown poses of A X = Z B: where the camera sits on the hand, and where the target stands in the robot's frame.
public struct RobotWorldPoses: Sendable, Equatable {
  /// X: camera coordinates to hand coordinates, metres.
  public var handFromCamera: Pose
  /// Z: target coordinates to base coordinates, metres.
  public var baseFromTarget: Pose

  /// The two poses.
  ///
  /// - Parameters:
  ///   - handFromCamera: Camera coordinates to hand coordinates, metres.
  ///   - baseFromTarget: Target coordinates to base coordinates, metres.
  public init(handFromCamera: Pose, baseFromTarget: Pose) {
    self.handFromCamera = handFromCamera
    self.baseFromTarget = baseFromTarget
  }

  /// The target's pose that follows from where the camera sits: the mean over the stops.
  init(_ pairs: [HandEyePair], handFromCamera: Pose) {
    let targets = pairs.map { $0.baseFromHand * handFromCamera * $0.cameraFromTarget }
    let axes = Matrix3.identity.rows
    let rotation = Quaternion.aligning(
      targets.flatMap { target in axes.map { (from: $0, to: target.rotation.rotate($0)) } })
    let sum = targets.reduce(Vector3.zero) { $0 + $1.translation }
    self.init(
      handFromCamera: handFromCamera,
      baseFromTarget: Pose(rotation: rotation, translation: sum / Double(targets.count)))
  }
}

/// A closed-form solution of A X = Z B.
public enum RobotWorldMethod: String, Sendable, CaseIterable {
  /// Shah 2013: both rotations by one linear system, then both translations.
  case shah
  /// Li, Wang and Wu 2010: rotations and translations by one linear system.
  case li

  /// Solves for the camera on the hand and the target in the robot's frame.
  ///
  /// - Parameter pairs: At least three stops with turns about different axes.
  /// - Returns: The two poses; nil where the method has no solution for these stops.
  /// - Throws: ``HandEyeError``.
  public func solve(_ pairs: [HandEyePair]) throws -> RobotWorldPoses? {
    _ = try HandEyeMotions(pairs)
    let rotations = self == .shah ? Self.rotations(pairs) : Self.rotationsWithTranslations(pairs)
    guard let rotations else { return nil }
    let (x, z) = (
      Quaternion.nearest(to: rotations.x), Quaternion.nearest(to: rotations.z)
    )
    var system = LeastSquaresRows(columns: 7)
    for pair in pairs {
      let a = pair.baseFromHand
      let right = z.rotate(pair.cameraFromTarget.inverse.translation) - a.translation
      let rows = a.rotation.matrix.rows
      for i in 0..<3 {
        var row = [rows[i].x, rows[i].y, rows[i].z, 0, 0, 0, right[i]]
        row[3 + i] = -1
        system.add(&row)
      }
    }
    guard let t = system.solution else { return nil }
    return RobotWorldPoses(
      handFromCamera: Pose(rotation: x, translation: Vector3(t[0], t[1], t[2])),
      baseFromTarget: Pose(rotation: z, translation: Vector3(t[3], t[4], t[5])))
  }

  /// The null vector of R_A X - Z R_B over the elements of X and Z.
  private static func rotations(_ pairs: [HandEyePair]) -> (x: Matrix3, z: Matrix3)? {
    var system = LeastSquaresRows(columns: 18)
    for pair in pairs { add(pair, to: &system, columns: 18) }
    let (values, vectors) = system.singular
    guard values[16] > 1e-6 * values[0] else { return nil }
    return matrices(vectors[17])
  }

  private static func rotationsWithTranslations(_ pairs: [HandEyePair]) -> (x: Matrix3, z: Matrix3)?
  {
    var system = LeastSquaresRows(columns: 25)
    for pair in pairs {
      add(pair, to: &system, columns: 25)
      let a = pair.baseFromHand.rotation.matrix.rows
      let b = pair.cameraFromTarget.inverse.translation
      for i in 0..<3 {
        var row = [Double](repeating: 0, count: 25)
        for k in 0..<3 {
          row[9 + 3 * i + k] = -b[k]
          row[18 + k] = a[i][k]
        }
        row[21 + i] = -1
        row[24] = -pair.baseFromHand.translation[i]
        system.add(&row)
      }
    }
    return system.solution.map(matrices)
  }

  private static func add(
    _ pair: HandEyePair, to system: inout LeastSquaresRows, columns: Int
  ) {
    let a = pair.baseFromHand.rotation.matrix.rows
    let b = pair.cameraFromTarget.rotation.inverse.matrix.rows
    for i in 0..<3 {
      for j in 0..<3 {
        var row = [Double](repeating: 0, count: columns)
        for k in 0..<3 {
          row[3 * k + j] = a[i][k]
          row[9 + 3 * i + k] = -b[k][j]
        }
        system.add(&row)
      }
    }
  }

  private static func matrices(_ v: [Double]) -> (x: Matrix3, z: Matrix3) {
    (Matrix3(rowMajor: Array(v[..<9])), Matrix3(rowMajor: Array(v[9..<18])))
  }
}

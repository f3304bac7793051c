import Foundation
import Geometry

/// A board's plane in both sensors.
struct BoardMatch {
  let observation: BoardObservation
  let plane: BoardPlane
  /// Normal of the camera's plane, towards the camera.
  let normal: Vector3

  init(_ observation: BoardObservation, _ plane: BoardPlane) {
    self.observation = observation
    self.plane = plane
    let axis = observation.cameraFromTarget.rotation.rotate(Vector3(0, 0, 1))
    normal = axis.dot(observation.cameraFromTarget.translation) > 0 ? -axis : axis
  }

  /// Number of conditions.
  var conditions: Int { 3 + 3 * observation.corners.count }

  /// Distance at the middle of the points, and angle between the planes.
  func offset(_ pose: Pose) -> (distance: Double, angle: Double) {
    let distance = normal.dot(pose * plane.centroid - observation.cameraFromTarget.translation)
    return (distance, acos(min(1, max(-1, normal.dot(pose.rotation.rotate(plane.normal))))))
  }

  /// Residuals, their derivatives by the LiDAR's pose (rotation vector from the left, translation), and their covariance.
  private func conditions(_ pose: Pose) -> (
    residuals: [Double], jacobian: [[Double]], covariance: SymmetricMatrix
  ) {
    let target = observation.cameraFromTarget
    let turned = pose.rotation.rotate(plane.centroid)
    let middle = turned + pose.translation
    let (u, v) = (pose.rotation.rotate(plane.axes.0), pose.rotation.rotate(plane.axes.1))
    var residuals = [normal.dot(middle - target.translation), normal.dot(u), normal.dot(v)]
    func row(_ turn: Vector3, _ shift: Vector3) -> [Double] {
      [turn.x, turn.y, turn.z, shift.x, shift.y, shift.z]
    }
    var jacobian = [
      row(turned.cross(normal), normal), row(u.cross(normal), .zero), row(v.cross(normal), .zero),
    ]
    // The same by the target's pose.
    var byTarget = [
      row(normal.cross(middle - target.translation), -normal), row(normal.cross(u), .zero),
      row(normal.cross(v), .zero),
    ]
    let noise = max(plane.noise, 1e-6)
    let square = noise * noise
    var own = [square / Double(plane.count), square / plane.extents.0, square / plane.extents.1]
    for corner in observation.corners {
      let carried = pose.rotation.rotate(corner.inLidar)
      let onTarget = target.rotation.rotate(corner.onTarget)
      let off = carried + pose.translation - onTarget - target.translation
      for axis in Matrix3.identity.rows {
        residuals.append(axis.dot(off))
        jacobian.append(row(carried.cross(axis), axis))
        byTarget.append(row(-onTarget.cross(axis), -axis))
        own.append(corner.deviation * corner.deviation)
      }
    }
    let stated = observation.covariance
    var covariance = SymmetricMatrix(side: residuals.count)
    for i in residuals.indices {
      let carried = stated * byTarget[i]
      for j in residuals.indices {
        covariance[i, j] = zip(carried, byTarget[j]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      covariance[i, i] += own[i]
    }
    return (residuals, jacobian, covariance)
  }

  /// JᵀWJ, JᵀWr and rᵀWr.
  func normalEquations(_ pose: Pose) -> (
    information: SymmetricMatrix, gradient: [Double], square: Double
  )? {
    let (residuals, jacobian, covariance) = conditions(pose)
    guard let weight = covariance.inverse else { return nil }
    let weighted = weight * residuals
    var information = SymmetricMatrix(side: 6)
    var gradient = [Double](repeating: 0, count: 6)
    for i in residuals.indices {
      for a in 0..<6 { gradient[a] += jacobian[i][a] * weighted[i] }
      for j in residuals.indices {
        let w = weight[i, j]
        for a in 0..<6 {
          for b in 0..<6 { information[a, b] += jacobian[i][a] * w * jacobian[j][b] }
        }
      }
    }
    return (information, gradient, zip(residuals, weighted).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// Squared length of the residuals in sigmas.
  func square(_ pose: Pose) -> Double { normalEquations(pose)?.square ?? .infinity }
}

/// The pose that fits boards best.
struct BoardFit {
  private(set) var pose: Pose
  private(set) var covariance = SymmetricMatrix(side: 6)
  /// Squared length of each board's residuals in sigmas.
  private(set) var squares: [Double] = []
  let freedom: Int
  let normalSpread: Double
  private(set) var typicalDistance = 0.0

  /// Throws `LidarCameraError` when the boards do not determine a pose.
  init(_ all: [BoardMatch], _ active: [Int]) throws {
    let boards = active.map { all[$0] }
    freedom = boards.reduce(-6) { $0 + $1.conditions }
    normalSpread = Self.spread(boards.map(\.normal))
    let hasCorners = boards.reduce(0) { $0 + $1.observation.corners.count } >= 3
    guard hasCorners || normalSpread > 0.06 else {
      throw LidarCameraError.parallelBoards(
        spreadDegrees: asin(min(1, normalSpread * 3.squareRoot())).inDegrees)
    }
    pose = try Self.start(boards)
    var previous = Double.infinity
    for _ in 0..<50 {
      var information = SymmetricMatrix(side: 6)
      var (gradient, square) = ([Double](repeating: 0, count: 6), 0.0)
      for board in boards {
        guard let part = board.normalEquations(pose) else { continue }
        information += part.information
        for a in 0..<6 { gradient[a] += part.gradient[a] }
        square += part.square
      }
      guard let inverse = information.inverse else {
        throw LidarCameraError.parallelBoards(
          spreadDegrees: asin(min(1, normalSpread * 3.squareRoot())).inDegrees)
      }
      covariance = inverse
      let step = inverse * gradient
      let turn = -Vector3(step[0], step[1], step[2])
      if turn.length > 0 {
        pose.rotation = Quaternion(angle: turn.length, axis: turn) * pose.rotation
      }
      pose.translation -= Vector3(step[3], step[4], step[5])
      let isSmall = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 } < 1e-16 * max(square, 1)
      if isSmall || abs(previous - square) < 1e-15 * square { break }
      previous = square
    }
    squares = boards.map { $0.square(pose) }
    let distances = boards.map { abs($0.offset(pose).distance) }.sorted()
    typicalDistance = distances[distances.count / 2]
  }

  /// Smallest singular value of the normals, for unit total: 0.577 for three perpendicular ones.
  private static func spread(_ normals: [Vector3]) -> Double {
    var rows = [Vector3.zero, .zero, .zero]
    for normal in normals {
      for i in 0..<3 { rows[i] += normal * normal[i] / Double(normals.count) }
    }
    return max(0, Matrix3(rows: rows).symmetricEigen.values[0]).squareRoot()
  }

  /// Rotation from the normals, then translation from the planes' distances.
  private static func start(_ boards: [BoardMatch]) throws -> Pose {
    let corners = boards.flatMap { board in
      board.observation.corners.map {
        (from: $0.inLidar, to: board.observation.cameraFromTarget * $0.onTarget)
      }
    }
    if corners.count >= 3 {
      let count = Double(corners.count)
      let from = corners.reduce(Vector3.zero) { $0 + $1.from / count }
      let to = corners.reduce(Vector3.zero) { $0 + $1.to / count }
      let rotation = Quaternion.aligning(
        corners.map { (from: $0.from - from, to: $0.to - to) }
          + boards.map { (from: $0.plane.normal, to: $0.normal) })
      return Pose(rotation: rotation, translation: to - rotation.rotate(from))
    }
    let rotation = Quaternion.aligning(boards.map { (from: $0.plane.normal, to: $0.normal) })
    var system = LeastSquaresRows(columns: 4)
    for board in boards {
      let n = board.normal
      let right =
        n.dot(board.observation.cameraFromTarget.translation)
        - n.dot(rotation.rotate(board.plane.centroid))
      var row = [n.x, n.y, n.z, right]
      system.add(&row)
    }
    guard let t = system.solution else { throw LidarCameraError.parallelBoards(spreadDegrees: 0) }
    return Pose(rotation: rotation, translation: Vector3(t[0], t[1], t[2]))
  }
}

import Geometry

/// A view of a target as flat memory for the solver: eight numbers a corner.
final class BoardView {
  /// Point x y z, pixel u v, and the rows w11, w21 w22 that make its error have the mean variance.
  static let stride = 8

  let name: String
  let corners: [TargetCorner]
  let memory: UnsafeMutablePointer<Double>
  /// Places in `corners` that take part in the fit.
  var active: [Int]

  /// Covariances of corners are relative to their mean.
  init(name: String, corners: [TargetCorner], points: [Vector3], variances: [CornerCovariance]) {
    self.name = name
    self.corners = corners
    active = Array(corners.indices)
    let capacity = max(1, corners.count) * Self.stride
    memory = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
    memory.initialize(repeating: 0, count: capacity)
    for (place, corner) in corners.enumerated() {
      let row = memory + place * Self.stride
      let point = points[corner.index]
      (row[0], row[1], row[2]) = (point.x, point.y, point.z)
      (row[3], row[4]) = (corner.position.x, corner.position.y)
      // The inverse of the lower Cholesky factor.
      let variance = variances[place]
      let first = variance.xx.squareRoot()
      let below = variance.xy / first
      let second = (variance.yy - below * below).squareRoot()
      (row[5], row[6], row[7]) = (1 / first, -below / (first * second), 1 / second)
    }
  }

  deinit { memory.deallocate() }

  /// Weighted residuals, projected minus found, and their derivatives for some corners.
  ///
  /// - Parameters:
  ///   - places: The corners.
  ///   - lens: The form of the camera model.
  ///   - parameters: All its parameters.
  ///   - pose: w x y z of a unit quaternion, then the translation.
  ///   - residuals: Receives two numbers a corner.
  ///   - byParameters: Receives two rows of all parameters a corner.
  ///   - byPose: Receives two rows a corner: of 7, for Ceres, or of 6, by a rotation vector from the left and the translation.
  ///   - isTangent: Which of the two.
  /// - Returns: False when a point is not in front of the camera.
  func evaluate(
    _ places: [Int], _ lens: LensModel, parameters: UnsafePointer<Double>,
    pose: UnsafePointer<Double>, residuals: UnsafeMutablePointer<Double>,
    byParameters: UnsafeMutablePointer<Double>?, byPose: UnsafeMutablePointer<Double>?,
    isTangent: Bool
  ) -> Bool {
    let width = lens.parameterCount
    let (w, x, y, z) = (pose[0], pose[1], pose[2], pose[3])
    let (r00, r01, r02) = (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y))
    let (r10, r11, r12) = (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x))
    let (r20, r21, r22) = (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
    let (tx, ty, tz) = (pose[4], pose[5], pose[6])
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 8) { scratch in
      guard let pixel = scratch.baseAddress else { return false }
      let byPoint = pixel + 2
      for (count, place) in places.enumerated() {
        let row = memory + place * Self.stride
        let (px, py, pz) = (row[0], row[1], row[2])
        let ax = r00 * px + r01 * py + r02 * pz
        let ay = r10 * px + r11 * py + r12 * pz
        let az = r20 * px + r21 * py + r22 * pz
        let first = byParameters.map { $0 + 2 * count * width }
        let isSeen = lens.project(
          ax + tx, ay + ty, az + tz, parameters: parameters, pixel: pixel,
          pointJacobian: byPose == nil ? nil : byPoint, parameterJacobian: first)
        if !isSeen { return false }
        let (w11, w21, w22) = (row[5], row[6], row[7])
        let (du, dv) = (pixel[0] - row[3], pixel[1] - row[4])
        residuals[2 * count] = w11 * du
        residuals[2 * count + 1] = w21 * du + w22 * dv
        if let first, w11 != 1 || w21 != 0 || w22 != 1 {
          let second = first + width
          for place in 0..<width {
            let u = first[place]
            first[place] = w11 * u
            second[place] = w21 * u + w22 * second[place]
          }
        }
        guard let byPose else { continue }
        for side in 0..<2 {
          let (j0, j1, j2) =
            side == 0
            ? (w11 * byPoint[0], w11 * byPoint[1], w11 * byPoint[2])
            : (
              w21 * byPoint[0] + w22 * byPoint[3], w21 * byPoint[1] + w22 * byPoint[4],
              w21 * byPoint[2] + w22 * byPoint[5]
            )
          // By a rotation vector from the left: the rotated point times the row, as vectors.
          let o0 = ay * j2 - az * j1
          let o1 = az * j0 - ax * j2
          let o2 = ax * j1 - ay * j0
          if isTangent {
            let out = byPose + (2 * count + side) * 6
            (out[0], out[1], out[2]) = (o0, o1, o2)
            (out[3], out[4], out[5]) = (j0, j1, j2)
          } else {
            // Its columns are perpendicular, so this row gives the same again on Ceres's tangent space.
            let out = byPose + (2 * count + side) * 7
            out[0] = 2 * (-x * o0 - y * o1 - z * o2)
            out[1] = 2 * (w * o0 + z * o1 - y * o2)
            out[2] = 2 * (-z * o0 + w * o1 + x * o2)
            out[3] = 2 * (y * o0 - x * o1 + w * o2)
            (out[4], out[5], out[6]) = (j0, j1, j2)
          }
        }
      }
      return true
    }
  }
}

extension Pose {
  /// w x y z of the rotation, then the translation.
  var numbers: [Double] {
    [
      rotation.w, rotation.vector.x, rotation.vector.y, rotation.vector.z, translation.x,
      translation.y, translation.z,
    ]
  }

  /// From `numbers`.
  init(numbers n: [Double]) {
    self.init(
      rotation: Quaternion(w: n[0], x: n[1], y: n[2], z: n[3]),
      translation: Vector3(n[4], n[5], n[6]))
  }
}

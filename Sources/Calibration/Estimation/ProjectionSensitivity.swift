import Geometry

/// How the projections of distant points over the image follow the camera's free parameters, rotations taken out.
///
/// - Note: Source: mrcal, "Projection uncertainty" (mrcal.secretsauce.net/uncertainty.html): what a rotation fitted in the
///   central region can undo does not count. Differs: to first order in closed form.
struct ProjectionSensitivity {
  let columns: Int
  let rows: Int
  let width: Int
  let height: Int
  let free: Int
  /// Radius of the central region, pixels: 5/12 of the shorter side.
  let centralRadius: Double
  /// Two rows of `free` derivatives for each place of the grid; not a number where the lens has no inverse.
  private let derivatives: [Double]
  /// Mean over the image of EᵀE with E those two rows.
  let moment: SymmetricMatrix

  /// Nil when the central region sees nothing.
  init?(camera: CameraModel, free places: [Int], columns: Int, rows: Int) {
    let (lens, parameters, count) = (camera.lens, camera.parameters, places.count)
    let grid = UncertaintyMap(
      columns: columns, rows: rows, width: camera.width, height: camera.height, centralRadius: 0,
      inflation: 1, deviations: [])
    let radius = Double(min(camera.width, camera.height)) * 5 / 12
    let middle = Vector2(Double(camera.width - 1), Double(camera.height - 1)) / 2
    let total = lens.parameterCount
    var byFree = [Double](repeating: .nan, count: columns * rows * 2 * count)
    var byRotation = [Double](repeating: 0, count: columns * rows * 6)
    var square = SymmetricMatrix(side: 3)
    var mixed = [Double](repeating: 0, count: 3 * count)
    var (pixel, byPoint) = ([0.0, 0.0], [Double](repeating: 0, count: 6))
    var byParameters = [Double](repeating: 0, count: 2 * total)
    for place in 0..<columns * rows {
      let target = grid.pixel(column: place % columns, row: place / columns)
      guard let ray = camera.ray(through: target) else { continue }
      let isSeen = lens.project(
        ray.x, ray.y, ray.z, parameters: parameters, pixel: &pixel, pointJacobian: &byPoint,
        parameterJacobian: &byParameters)
      guard isSeen else { continue }
      let offset = target - middle
      let isCentral = (offset * offset).sum() <= radius * radius
      for side in 0..<2 {
        let start = (2 * place + side) * count
        for (column, parameter) in places.enumerated() {
          byFree[start + column] = byParameters[side * total + parameter]
        }
        let row = Vector3(byPoint[3 * side], byPoint[3 * side + 1], byPoint[3 * side + 2])
        let turn = ray.cross(row)
        for axis in 0..<3 { byRotation[(2 * place + side) * 3 + axis] = turn[axis] }
        guard isCentral else { continue }
        for i in 0..<3 {
          for j in 0..<3 { square[i, j] += turn[i] * turn[j] }
          for j in 0..<count { mixed[i * count + j] += turn[i] * byFree[start + j] }
        }
      }
    }
    guard let inverse = square.inverse else { return nil }
    var moment = SymmetricMatrix(side: count)
    var usable = 0
    for place in 0..<columns * rows where byFree[2 * place * count].isFinite {
      usable += 1
      for side in 0..<2 {
        let start = (2 * place + side) * count
        for i in 0..<3 {
          var turn = 0.0
          for k in 0..<3 { turn += byRotation[(2 * place + side) * 3 + k] * inverse[k, i] }
          for j in 0..<count { byFree[start + j] -= turn * mixed[i * count + j] }
        }
        for i in 0..<count {
          for j in 0..<count { moment[i, j] += byFree[start + i] * byFree[start + j] }
        }
      }
    }
    guard usable > 0 else { return nil }
    (self.columns, self.rows, self.width, self.height) = (
      columns, rows, camera.width, camera.height
    )
    self.moment = moment.scaled(by: 1 / Double(usable))
    self.free = count
    centralRadius = radius
    derivatives = byFree
  }

  /// Root of the mean squared length of the projections' error over the image.
  func rms(_ covariance: SymmetricMatrix) -> Double {
    max(0, moment.traceOfProduct(with: covariance)).squareRoot()
  }

  /// Root of the mean squared ratio of differences to what a covariance of the free parameters makes of them.
  func ratio(_ differences: [Vector2], _ covariance: SymmetricMatrix) -> Double {
    var (sum, count) = (0.0, 0.0)
    for (place, difference) in differences.enumerated() where difference.x.isFinite {
      let first = 2 * place * free
      guard derivatives[first].isFinite else { continue }
      var expected = 0.0
      for start in [first, first + free] {
        for i in 0..<free {
          for j in 0..<free {
            expected += derivatives[start + i] * covariance[i, j] * derivatives[start + j]
          }
        }
      }
      guard expected > 0 else { continue }
      sum += (difference * difference).sum() / expected
      count += 1
    }
    return count > 0 ? (sum / count).squareRoot() : .infinity
  }

  /// The map for a covariance of the free parameters; deviations are multiplied by the inflation.
  func map(_ covariance: SymmetricMatrix, inflation: Double) -> UncertaintyMap {
    var deviations = [Double](repeating: .nan, count: columns * rows)
    for place in deviations.indices where derivatives[2 * place * free].isFinite {
      let (first, second) = (2 * place * free, (2 * place + 1) * free)
      var (xx, xy, yy) = (0.0, 0.0, 0.0)
      for i in 0..<free {
        var (u, v) = (0.0, 0.0)
        for j in 0..<free {
          u += covariance[i, j] * derivatives[first + j]
          v += covariance[i, j] * derivatives[second + j]
        }
        xx += derivatives[first + i] * u
        xy += derivatives[first + i] * v
        yy += derivatives[second + i] * v
      }
      let half = (xx + yy) / 2
      let spread = max(0, half * half - (xx * yy - xy * xy)).squareRoot()
      deviations[place] = max(0, half + spread).squareRoot() * inflation
    }
    return UncertaintyMap(
      columns: columns, rows: rows, width: width, height: height, centralRadius: centralRadius,
      inflation: inflation, deviations: deviations)
  }
}

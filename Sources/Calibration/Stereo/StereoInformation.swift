import Geometry

/// What one pair of views says about the free parameters of both cameras and the pose between them.
///
/// Unknowns in order: left camera, right camera, rotation vector of the rig from the left, its translation; then the pose of the
/// target.
struct StereoInformation {
  let count: Int
  /// JᵀJ of the parameters and the pose together.
  private(set) var normal: SymmetricMatrix
  /// Jᵀr of the same.
  private(set) var gradient: [Double]

  /// The information of some corners of each side; nil when a point is not before a camera.
  init?(
    _ pair: StereoBoards, _ number: Int, _ fit: StereoFit, free: [Int], left: [Int], right: [Int]
  ) {
    count = 2 * free.count + 6
    let total = count + 6
    normal = SymmetricMatrix(side: total)
    gradient = [Double](repeating: 0, count: total)
    let sides = [(pair.left, left, 0), (pair.right, right, free.count)]
    for (view, places, offset) in sides where !places.isEmpty {
      guard let view else { continue }
      let (width, rows) = (fit.lens.parameterCount, 2 * places.count)
      var residuals = [Double](repeating: 0, count: rows)
      var byParameters = [Double](repeating: 0, count: rows * width)
      var byRig = [Double](repeating: 0, count: rows * 6)
      var byPose = [Double](repeating: 0, count: rows * 6)
      let isSeen =
        offset == 0
        ? view.evaluate(
          places, fit.lens, parameters: fit.left, pose: fit.poses[number], residuals: &residuals,
          byParameters: &byParameters, byPose: &byPose, isTangent: true)
        : view.evaluate(
          places, fit.lens, parameters: fit.right, rig: fit.rig, pose: fit.poses[number],
          residuals: &residuals, byParameters: &byParameters, byRig: &byRig, byPose: &byPose,
          isTangent: true)
      guard isSeen else { return nil }
      var row = [Double](repeating: 0, count: total)
      for line in 0..<rows {
        for (place, column) in free.enumerated() {
          row[offset + place] = byParameters[line * width + column]
        }
        for place in 0..<6 {
          row[count - 6 + place] = offset == 0 ? 0 : byRig[line * 6 + place]
          row[count + place] = byPose[line * 6 + place]
        }
        add(row, residuals[line])
      }
    }
    for i in 0..<total {
      for j in 0..<i { normal[i, j] = normal[j, i] }
    }
  }

  private mutating func add(_ row: [Double], _ residual: Double) {
    let total = row.count
    row.withUnsafeBufferPointer { row in
      gradient.withUnsafeMutableBufferPointer { gradient in
        normal.elements.withUnsafeMutableBufferPointer { sums in
          for i in 0..<total where row[i] != 0 {
            gradient[i] += row[i] * residual
            for j in i..<total { sums[i * total + j] += row[i] * row[j] }
          }
        }
      }
    }
  }

  /// Information and gradient with the pose unknown: the Schur complement; nil when the pose is undetermined.
  var reduced: (information: SymmetricMatrix, gradient: [Double])? {
    let total = count + 6
    var pose = SymmetricMatrix(side: 6)
    for i in 0..<6 {
      for j in 0..<6 { pose[i, j] = normal[count + i, count + j] }
    }
    guard let inverse = pose.inverse else { return nil }
    var gain = [Double](repeating: 0, count: count * 6)
    for i in 0..<count {
      for j in 0..<6 {
        for k in 0..<6 { gain[i * 6 + j] += normal[i, count + k] * inverse[k, j] }
      }
    }
    var result = SymmetricMatrix(side: count)
    var slope = Array(gradient[..<count])
    for i in 0..<count {
      for j in 0..<count {
        var sum = normal[i, j]
        for k in 0..<6 { sum -= gain[i * 6 + k] * normal.elements[j * total + count + k] }
        result[i, j] = sum
      }
      for k in 0..<6 { slope[i] -= gain[i * 6 + k] * gradient[count + k] }
    }
    return (result, slope)
  }
}

import Geometry

/// What one view says about the camera's free parameters: its part of JᵀJ.
struct ViewInformation {
  let free: Int
  /// JᵀJ of the parameters.
  private(set) var parameters: SymmetricMatrix
  /// JᵀJ of parameters and pose, row-major, 6 columns.
  private(set) var mixed: [Double]
  /// JᵀJ of the pose.
  private(set) var pose: SymmetricMatrix
  /// Jᵀr of the parameters.
  private(set) var gradient: [Double]

  /// The information of some corners of a view; nil when a point is not before the camera.
  init?(_ view: BoardView, _ places: [Int], _ fit: BundleFit, pose numbers: [Double], free: [Int]) {
    let (width, count) = (fit.lens.parameterCount, free.count)
    self.free = count
    parameters = SymmetricMatrix(side: count)
    mixed = [Double](repeating: 0, count: count * 6)
    pose = SymmetricMatrix(side: 6)
    gradient = [Double](repeating: 0, count: count)
    var residuals = [Double](repeating: 0, count: 2 * places.count)
    var byParameters = [Double](repeating: 0, count: 2 * places.count * width)
    var byPose = [Double](repeating: 0, count: 2 * places.count * 6)
    let isSeen = view.evaluate(
      places, fit.lens, parameters: fit.parameters, pose: numbers, residuals: &residuals,
      byParameters: &byParameters, byPose: &byPose, isTangent: true)
    guard isSeen else { return nil }
    for line in 0..<2 * places.count {
      for (place, column) in free.enumerated() {
        gradient[place] += byParameters[line * width + column] * residuals[line]
      }
    }
    // One list of columns, so that a single triangle is summed up.
    let total = count + 6
    var sums = [Double](repeating: 0, count: total * total)
    sums.withUnsafeMutableBufferPointer { sums in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: total) { row in
        for line in 0..<2 * places.count {
          for (place, column) in free.enumerated() {
            row[place] = byParameters[line * width + column]
          }
          for place in 0..<6 { row[count + place] = byPose[line * 6 + place] }
          for i in 0..<total {
            let value = row[i]
            if value == 0 { continue }
            for j in i..<total { sums[i * total + j] += value * row[j] }
          }
        }
      }
    }
    for i in 0..<count {
      for j in i..<count {
        parameters[i, j] = sums[i * total + j]
        parameters[j, i] = sums[i * total + j]
      }
      for j in 0..<6 { mixed[i * 6 + j] = sums[i * total + count + j] }
    }
    for i in 0..<6 {
      for j in i..<6 {
        pose[i, j] = sums[(count + i) * total + count + j]
        pose[j, i] = pose[i, j]
      }
    }
  }

  /// Adds what further corners say.
  mutating func add(_ other: ViewInformation) {
    parameters += other.parameters
    pose += other.pose
    for place in mixed.indices { mixed[place] += other.mixed[place] }
    for place in gradient.indices { gradient[place] += other.gradient[place] }
  }

  /// `mixed` times the inverse of `pose`: how the pose takes up a change of the parameters; nil when the pose is undetermined.
  var gain: [Double]? {
    guard let inverse = pose.inverse else { return nil }
    var result = [Double](repeating: 0, count: free * 6)
    for i in 0..<free {
      for j in 0..<6 {
        var sum = 0.0
        for k in 0..<6 { sum += mixed[i * 6 + k] * inverse[k, j] }
        result[i * 6 + j] = sum
      }
    }
    return result
  }

  /// The information about the parameters with the pose unknown: the Schur complement; nil when the pose is undetermined.
  var reduced: SymmetricMatrix? {
    guard let gain else { return nil }
    var result = parameters
    for i in 0..<free {
      for j in 0..<free {
        for k in 0..<6 { result[i, j] -= gain[i * 6 + k] * mixed[j * 6 + k] }
      }
    }
    return result
  }

  /// Covariance of the pose, for noise 1, when the parameters have this covariance.
  func poseCovariance(parameters covariance: SymmetricMatrix) -> [Double]? {
    guard let gain, var result = pose.inverse else { return nil }
    for i in 0..<6 {
      for j in 0..<6 {
        var sum = 0.0
        for a in 0..<free {
          for b in 0..<free { sum += gain[a * 6 + i] * covariance[a, b] * gain[b * 6 + j] }
        }
        result[i, j] += sum
      }
    }
    return result.elements
  }
}

import Geometry
import Vision

/// How depth follows a rig's parameters: gradients of focal length, baseline and disparity offset over the image, where the
/// target has been.
///
/// Points along the rays of a grid, far away and near, are seen by a rig with one parameter changed and measured by the
/// unchanged one. What appears at infinite distance is an offset of the disparity; what grows with it, a wrong scale.
struct DepthSensitivity {
  /// For each usable place of the grid, gradients by all parameters: focal length (pixels), baseline (metres), offset (pixels).
  private(set) var places: [[[Double]]] = []
  let rectified: StereoRig

  /// Nil when the rig cannot be rectified or nothing is seen by both cameras.
  ///
  /// - Parameters:
  ///   - rig: The rig.
  ///   - seen: Pixels of the left image that the target has covered; places far from all of them are left out.
  ///   - steps: A change of each parameter that is small against its meaning, in the order of the covariance.
  ///   - changed: The rig with changes added to its parameters.
  init?(_ rig: StereoRig, seen: [Vector2], steps: [Double], changed: ([Double]) -> StereoRig) {
    guard let rectified = try? StereoRectification(rig).rig else { return nil }
    self.rectified = rectified
    let turns = RectifyingRotations(rig)
    let (focal, centre) = (rectified.left.focalLength.x, rectified.left.principalPoint)
    let baseline = abs(turns.shift)
    let near = 20 * baseline
    let (columns, rows) = (9, 7)
    let reach = 0.06 * Double(rig.left.width)
    var rays: [Vector3] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let x = (Double(column) + 0.5) / Double(columns) * Double(rig.left.width) - 0.5
        let y = (Double(row) + 0.5) / Double(rows) * Double(rig.left.height) - 0.5
        let ray =
          turns.left.transpose * Vector3((x - centre.x) / focal, (y - centre.y) / focal, 1)
        guard let pixel = rig.left.project(ray) else { continue }
        let isNear = seen.contains {
          let off = $0 - pixel
          return (off * off).sum() < reach * reach
        }
        if isNear { rays.append(ray) }
      }
    }
    func disparities(_ other: StereoRig, _ ray: Vector3) -> (far: Double, near: Double)? {
      func one(_ point: Vector3, _ carried: Vector3) -> Double? {
        guard let a = other.left.project(point), let b = other.right.project(carried),
          let left = RectifiedCorners.rectified(a, rig.left, turns.left),
          let right = RectifiedCorners.rectified(b, rig.right, turns.right)
        else { return nil }
        return focal * (left.x - right.x)
      }
      let turn = other.rightFromLeft.rotation
      guard let far = one(ray, turn.rotate(ray)),
        let close = one(ray * near, other.rightFromLeft * (ray * near))
      else { return nil }
      return (far, close)
    }
    let perScale = focal * baseline / near
    var found = [[[Double]]?](
      repeating: [[Double]](repeating: [], count: 3), count: rays.count)
    for place in steps.indices {
      var change = [Double](repeating: 0, count: steps.count)
      change[place] = steps[place]
      let (more, less) = (changed(change), changed(change.map { -$0 }))
      let longer = (more.baseline - less.baseline) / (2 * steps[place])
      for (number, ray) in rays.enumerated() where found[number] != nil {
        guard let a = disparities(more, ray), let b = disparities(less, ray) else {
          found[number] = nil
          continue
        }
        let offset = (a.far - b.far) / (2 * steps[place])
        let scale = ((a.near - b.near) / (2 * steps[place]) - offset) / perScale
        // Estimate minus truth, where the truth was changed.
        found[number]?[0].append(-focal * (scale - longer / baseline))
        found[number]?[1].append(-longer)
        found[number]?[2].append(offset)
      }
    }
    places = found.compactMap { $0 }
    if places.isEmpty { return nil }
  }

  /// The mean over the image of the covariance of focal length, baseline and offset.
  func uncertainty(_ covariance: SymmetricMatrix) -> StereoUncertainty {
    var mean = SymmetricMatrix(side: 3)
    for gradients in places {
      for i in 0..<3 {
        let carried = covariance * gradients[i]
        for j in 0..<3 {
          mean[i, j] += zip(carried, gradients[j]).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
    }
    mean = mean.scaled(by: 1 / Double(places.count))
    let deviations = (0..<3).map { max(0, mean[$0, $0]).squareRoot() }
    func correlation(_ i: Int, _ j: Int) -> Double {
      let scale = deviations[i] * deviations[j]
      return scale > 0 ? min(1, max(-1, mean[i, j] / scale)) : 0
    }
    return StereoUncertainty(
      focalLength: deviations[0], baseline: deviations[1], disparityOffset: deviations[2],
      correlations: Vector3(correlation(0, 1), correlation(0, 2), correlation(1, 2)))
  }
}

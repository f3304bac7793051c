import Tensors

extension PointCloud {
  /// Number of points with a coordinate that is not finite.
  public var invalidCount: Int {
    positions.withUnsafeElements(of: Float.self) { p in
      var invalid = 0
      for i in 0..<count
      where !(p[3 * i].isFinite && p[3 * i + 1].isFinite && p[3 * i + 2].isFinite) {
        invalid += 1
      }
      return invalid
    }
  }

  /// The points at `indices`, in that order, with all their attributes; the result is not organised.
  ///
  /// - Parameter indices: Each from 0 to `count - 1`; a point may occur more than once.
  /// - Returns: A cloud of `indices.count` points.
  public func selecting(_ indices: [Int32]) -> PointCloud {
    for index in indices {
      precondition(index >= 0 && index < count, "point \(index) is not among \(count) points")
    }
    return PointCloud(
      positions: positions.selectingRows(indices),
      attributes: attributes.mapValues { $0.selectingRows(indices) }, origin: origin)
  }

  /// The cloud without points that have a coordinate that is not finite.
  ///
  /// - Returns: The valid points in their order; the cloud itself, grid included, when all are valid.
  public func removingInvalidPoints() -> PointCloud {
    let valid = positions.withUnsafeElements(of: Float.self) { p in
      var valid: [Int32] = []
      valid.reserveCapacity(count)
      for i in 0..<count where p[3 * i].isFinite && p[3 * i + 1].isFinite && p[3 * i + 2].isFinite {
        valid.append(Int32(i))
      }
      return valid
    }
    return valid.count == count ? self : selecting(valid)
  }

  /// All points of several clouds, one cloud after the other.
  ///
  /// - Parameter clouds: Clouds in one frame.
  /// - Returns: Their points, relative to the first cloud's origin; of the attributes, those that all clouds share with equal
  ///   type and width.
  public static func concatenating(_ clouds: [PointCloud]) -> PointCloud {
    guard let first = clouds.first else {
      return PointCloud(positions: Tensor([Float](), shape: [0, 3]))
    }
    let shared = first.attributes.filter { name, values in
      clouds.allSatisfy {
        $0.attributes[name]?.elementType == values.elementType
          && $0.attributes[name]?.shape[1] == values.shape[1]
      }
    }
    return PointCloud(
      positions: Tensor.concatenatingRows(
        clouds.map { $0.moved(toOrigin: first.origin).positions }),
      attributes: shared.reduce(into: [:]) { result, entry in
        result[entry.key] = Tensor.concatenatingRows(clouds.compactMap { $0.attributes[entry.key] })
      }, origin: first.origin)
  }
}

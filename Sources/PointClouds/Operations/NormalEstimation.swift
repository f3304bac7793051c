import CKernels
public import Tensors

/// Normals of the surface that points lie on: the direction in which the points around each one spread least.
///
/// The covariance of the neighbours is summed in double precision relative to each point, so that nothing is lost where
/// coordinates are large, and decomposed by Jacobi rotations. Bits depend on the points alone, not on threads or the processor.
public struct NormalEstimation: Sendable {
  /// The nearest points taken, the point itself among them; nil takes all points within ``radius``.
  public var neighbours: Int?
  /// Points farther away are not taken; metres, above 0.
  public var radius: Double
  /// Where normals point to, in the coordinates of the positions; nil makes each normal's largest component positive.
  public var viewpoint: SIMD3<Double>?

  /// A rule.
  ///
  /// - Parameters:
  ///   - neighbours: The nearest points taken, the point itself among them, at least 3; nil takes all points within `radius`.
  ///   - radius: Points farther away are not taken; metres, above 0; finite when `neighbours` is nil.
  ///   - viewpoint: Where normals point to: the sensor. nil makes each normal's largest component positive.
  public init(
    neighbours: Int? = 20, radius: Double = .infinity, viewpoint: SIMD3<Double>? = .zero
  ) {
    precondition(
      neighbours ?? 3 >= 3 && neighbours ?? 3 <= Int(Int32.max),
      "a normal needs 3 neighbours, not \(neighbours ?? 0)")
    precondition(radius > 0, "the radius must be above 0 m, not \(radius)")
    precondition(neighbours != nil || radius.isFinite, "a limit is needed: neighbours or a radius")
    self.neighbours = neighbours
    self.radius = radius
    self.viewpoint = viewpoint
  }

  /// The normal and the curvature at each point of an index.
  ///
  /// - Parameters:
  ///   - index: The points.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Normals `[N, 3]` of length 1 and curvatures `[N, 1]`, both Float: the least variance's part of the sum of the
  ///   three, 0 on a plane, at most 1/3. NaN where fewer than three points are taken or these lie on a line.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func normals(of index: PointIndex, threads: Int = PointBatch.defaultThreads) throws -> (
    normals: Tensor, curvatures: Tensor
  ) {
    var curvatures = Tensor([Float](), shape: [0])
    let view = viewpoint.map { [$0.x, $0.y, $0.z] } ?? []
    let normals = try Tensor(shape: [index.count, 3], of: Float.self) { normals in
      curvatures = try Tensor(shape: [index.count, 1], of: Float.self) { curvatures in
        try view.withUnsafeBufferPointer { view in
          try PointIndex.demand(
            ckernels_normals(
              index.handle, Int32(neighbours ?? 0), Float(radius),
              view.isEmpty ? nil : view.baseAddress, Int32(clamping: threads), normals.baseAddress,
              curvatures.baseAddress))
        }
      }
    }
    return (normals, curvatures)
  }
}

extension PointCloud {
  /// The cloud with the attributes `normal` `[N, 3]` and `curvature` `[N, 1]`, both Float.
  ///
  /// - Parameters:
  ///   - estimation: How they are estimated.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The same points, grid included; NaN for invalid points and where no normal can be told.
  /// - Throws: ``PointCloudError`` when memory is short.
  public func estimatingNormals(
    _ estimation: NormalEstimation = NormalEstimation(), threads: Int = PointBatch.defaultThreads
  ) throws -> PointCloud {
    let valid = validIndices()
    var (result, local) = (self, estimation)
    if let viewpoint = estimation.viewpoint { local.viewpoint = viewpoint - origin }
    let index = try PointIndex(
      valid.count == count ? positions : positions.selectingRows(valid), threads: threads)
    let (normals, curvatures) = try local.normals(of: index, threads: threads)
    result.attributes["normal"] = normals.spreadingRows(to: valid, of: count)
    result.attributes["curvature"] = curvatures.spreadingRows(to: valid, of: count)
    return result
  }
}

extension Tensor {
  /// Rows of Float put at places of a longer matrix; NaN elsewhere.
  fileprivate func spreadingRows(to places: [Int32], of rows: Int) -> Tensor {
    guard places.count < rows else { return self }
    let width = shape[1]
    return Tensor(shape: [rows, width], of: Float.self) { target in
      target.initialize(repeating: .nan)
      withUnsafeElements(of: Float.self) { source in
        for (row, place) in places.enumerated() {
          for k in 0..<width { target[Int(place) * width + k] = source[row * width + k] }
        }
      }
    }
  }
}

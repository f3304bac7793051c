import CKernels
public import Tensors

/// How much upright, turned boxes share.
///
/// Boxes are rows x, y, z (centre), length, width, height, yaw; metres and radians. Everything is computed in double precision relative to
/// the first box, without tolerances: boxes that only touch share nothing, identical ones have the IoU 1, far from the origin nothing
/// changes. A box with a number that is not finite shares nothing; a negative size counts as 0, and where neither box has an area the
/// ratio is 0.
///
/// Gradients are exact: an intersection grows by what its moving edges sweep. Where the value has a kink (edges that coincide) they are
/// one-sided. IoUs have no gradient between boxes that do not meet; the generalised ones do.
public enum BoxOverlap: Sendable, CaseIterable {
  /// Area that both cover on the ground plane (x, y), square metres.
  case intersectionArea
  /// Intersection over union seen from above.
  case groundIoU
  /// Intersection over union of the volumes.
  case iou
  /// IoU seen from above, less the empty share of the convex hull of both rectangles.
  case generalizedGroundIoU
  /// IoU of the volumes, less the empty share of the upright prism over that hull which holds both.
  case generalizedIoU

  private var measure: Int32 {
    switch self {
    case .intersectionArea: Int32(ckernels_intersection_area)
    case .groundIoU: Int32(ckernels_iou_ground)
    case .iou: Int32(ckernels_iou_space)
    case .generalizedGroundIoU: Int32(ckernels_giou_ground)
    case .generalizedIoU: Int32(ckernels_giou_space)
    }
  }

  /// Each box with each.
  ///
  /// - Parameters:
  ///   - first: Shape `[N, 7]`, Float or Double.
  ///   - second: Shape `[M, 7]`, of the same type.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Shape `[N, M]`, differentiable once.
  /// - Throws: ``PointCloudError`` for boxes of another form, and when memory is short.
  public func matrix(_ first: Tensor, _ second: Tensor, threads: Int = PointBatch.defaultThreads)
    throws -> Tensor
  {
    try computed(first, second, isPairwise: true, threads)
  }

  /// Each box with the one of the same row.
  ///
  /// - Parameters:
  ///   - first: Shape `[N, 7]`, Float or Double.
  ///   - second: Shape `[N, 7]`, of the same type.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: Shape `[N]`, differentiable once.
  /// - Throws: ``PointCloudError`` for boxes of another form, and when memory is short.
  public func pairs(_ first: Tensor, _ second: Tensor, threads: Int = PointBatch.defaultThreads)
    throws -> Tensor
  {
    guard first.shape == second.shape else {
      throw PointCloudError.unsuitableInput(
        operation: "box overlap", reason: "pairs of \(first.shape) and \(second.shape) boxes")
    }
    return try computed(first, second, isPairwise: false, threads)
  }

  private func computed(_ first: Tensor, _ second: Tensor, isPairwise: Bool, _ threads: Int) throws
    -> Tensor
  {
    guard first.elementType == second.elementType else {
      throw PointCloudError.unsuitableInput(
        operation: "box overlap",
        reason: "boxes of \(first.elementType) and of \(second.elementType)")
    }
    let job = try OverlapJob(
      first, second, measure: measure, isPairwise: isPairwise, threads: threads)
    let values = BoxRows.tensor(try job.values(), shape: job.shape, like: first)
    guard first.requiresGradient || second.requiresGradient else { return values }
    return differentiable("box overlap", [first, second]) { _ in
      [values]
    } backward: { pass in
      job.gradients(pass.gradients[0], isNeeded: pass.isNeeded)
    }[0]
  }
}

/// Two lists of boxes as the kernel reads them.
private struct OverlapJob: Sendable {
  let first: [Double]
  let second: [Double]
  let measure: Int32
  let isPairwise: Bool
  let threads: Int
  let shape: [Int]

  init(_ first: Tensor, _ second: Tensor, measure: Int32, isPairwise: Bool, threads: Int) throws {
    self.first = try BoxRows.rows(first, width: 7, for: "box overlap")
    self.second = try BoxRows.rows(second, width: 7, for: "box overlap")
    self.measure = measure
    self.isPairwise = isPairwise
    self.threads = threads
    shape = isPairwise ? [first.shape[0], second.shape[0]] : [first.shape[0]]
    guard !shape.reduce((1, false), { ($0.0 &* $1, $0.1 || $0.0 > (1 << 31) / max($1, 1)) }).1
    else {
      throw PointCloudError.unsuitableInput(
        operation: "box overlap", reason: "a result of the shape \(shape) has over 2^31 values")
    }
  }

  func values() throws -> [Double] {
    let count = shape.reduce(1, *)
    return try [Double](unsafeUninitializedCapacity: count) { target, filled in
      let status = ckernels_box_overlap(
        first, Int64(first.count / 7), second, Int64(second.count / 7), measure,
        isPairwise ? 1 : 0, Int32(threads), target.baseAddress)
      guard status == 0 else {
        throw PointCloudError.libraryFailed(operation: "box overlap", reason: "memory is short")
      }
      filled = count
    }
  }

  func gradients(_ weights: Tensor, isNeeded: [Bool]) -> [Tensor?] {
    let numbers = weights.converted(to: .float64).array(of: Double.self)
    func gradient(_ place: Int) -> Tensor? {
      guard isNeeded[place] else { return nil }
      let rows = (place == 0 ? first.count : second.count) / 7
      var target = [Double](repeating: 0, count: rows * 7)
      let status = target.withUnsafeMutableBufferPointer { target in
        ckernels_box_overlap_gradient(
          first, Int64(first.count / 7), second, Int64(second.count / 7), measure,
          isPairwise ? 1 : 0, Int32(threads), numbers, place == 0 ? target.baseAddress : nil,
          place == 1 ? target.baseAddress : nil)
      }
      precondition(status == 0, "box overlap: memory is short for \(rows) gradients")
      return BoxRows.tensor(target, shape: [rows, 7], like: weights)
    }
    return [gradient(0), gradient(1)]
  }
}

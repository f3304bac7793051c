import CKernels
public import Geometry
public import Tensors

/// Which points lie in which upright boxes; a box's surface belongs to it, as for `Box3D.contains(_:)`.
public struct PointsInBoxes: Sendable {
  private let boxes: [Double]
  private let threads: Int

  /// Number of boxes.
  public var boxCount: Int { boxes.count / 7 }

  /// A search in boxes.
  ///
  /// - Parameters:
  ///   - boxes: Shape `[M, 7]`: x, y, z of the centre, length, width, height, yaw; Float or Double.
  ///   - threads: Threads to use; results do not depend on it.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` for boxes of another form.
  public init(_ boxes: Tensor, threads: Int = PointBatch.defaultThreads) throws {
    self.boxes = try BoxRows.rows(boxes, width: 7, for: Self.operation)
    self.threads = threads
  }

  /// A search in boxes.
  ///
  /// - Parameters:
  ///   - boxes: Boxes in the points' frame.
  ///   - threads: Threads to use; results do not depend on it.
  public init(_ boxes: [Box3D], threads: Int = PointBatch.defaultThreads) {
    self.boxes = Tensor(boxes: boxes).array(of: Double.self)
    self.threads = threads
  }

  private static let operation = "points in boxes"

  /// The first box around each point.
  ///
  /// - Parameter points: Shape `[N, C]`, Float or Double; x y z first.
  /// - Returns: The lowest number of a box that holds the point, or -1; shape `[N]`, Int32.
  /// - Throws: ``PointCloudError`` for points of another form, and when memory is short.
  public func firstBox(_ points: Tensor) throws -> Tensor {
    try requireForm(points)
    return try Tensor(shape: [points.shape[0]], of: Int32.self) { target in
      try check(
        points.withUnsafeBytes {
          ckernels_first_box(
            $0.baseAddress, Int32(points.elementType.byteCount), Int64(points.shape[0]),
            Int64(points.shape[1]), boxes, Int64(boxCount), Int32(threads), target.baseAddress)
        })
    }
  }

  /// The points of each box.
  ///
  /// - Parameter points: Shape `[N, C]`, Float or Double; x y z first.
  /// - Returns: For each box the numbers of its points, ascending.
  /// - Throws: ``PointCloudError`` for points of another form, and when memory is short.
  public func indices(_ points: Tensor) throws -> [[Int32]] {
    try requireForm(points)
    let bytes = Int32(points.elementType.byteCount)
    let (count, width) = (Int64(points.shape[0]), Int64(points.shape[1]))
    var starts = [Int64](repeating: 0, count: boxCount + 1)
    try starts.withUnsafeMutableBufferPointer { starts in
      try check(
        points.withUnsafeBytes {
          ckernels_count_in_boxes(
            $0.baseAddress, bytes, count, width, boxes, Int64(boxCount), Int32(threads),
            starts.baseAddress)
        })
    }
    var total: Int64 = 0
    for box in starts.indices { (starts[box], total) = (total, total + starts[box]) }
    let all = try [Int32](unsafeUninitializedCapacity: Int(total)) { target, filled in
      try check(
        points.withUnsafeBytes {
          ckernels_list_in_boxes(
            $0.baseAddress, bytes, count, width, boxes, Int64(boxCount), Int32(threads), starts,
            target.baseAddress)
        })
      filled = Int(total)
    }
    return (0..<boxCount).map { Array(all[Int(starts[$0])..<Int(starts[$0 + 1])]) }
  }

  /// Whether each box holds each point.
  ///
  /// - Parameter points: Shape `[N, C]`, Float or Double; x y z first.
  /// - Returns: Shape `[M, N]`, Bool.
  /// - Throws: ``PointCloudError`` for points of another form, and when memory is short.
  public func mask(_ points: Tensor) throws -> Tensor {
    let lists = try indices(points)
    let count = points.shape[0]
    return Tensor(shape: [boxCount, count], of: Bool.self) { target in
      target.initialize(repeating: false)
      for (box, list) in lists.enumerated() {
        for point in list { target[box * count + Int(point)] = true }
      }
    }
  }

  private func requireForm(_ points: Tensor) throws {
    guard points.rank == 2, points.shape[1] >= 3, points.shape[0] < Int(Int32.max),
      points.elementType == .float32 || points.elementType == .float64
    else {
      throw PointCloudError.unsuitableInput(
        operation: Self.operation,
        reason:
          "points are [N, 3 or more] of float32 or float64, not \(points.shape) of \(points.elementType)"
      )
    }
  }

  private func check(_ status: Int32) throws {
    guard status == 0 else {
      throw PointCloudError.libraryFailed(operation: Self.operation, reason: "memory is short")
    }
  }
}

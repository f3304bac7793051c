internal import CKernels

/// A set of cells as the kernels see it, sorted.
final class SparseSites: @unchecked Sendable {
  let pointer: OpaquePointer
  let count: Int

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    count = Int(ckernels_sites_count(pointer))
  }

  deinit { ckernels_sites_release(pointer) }

  /// Takes what a function of the kernels makes; it may name a row that is wrong.
  static func made(
    _ operation: String,
    by body: (UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<Int64>) -> Int32
  ) throws(PointCloudError) -> SparseSites {
    var pointer: OpaquePointer?
    var culprit: Int64 = 0
    let status = body(&pointer, &culprit)
    if let pointer, status == Int32(CKERNELS_SPARSE_OK) { return SparseSites(pointer) }
    throw failure(operation, status, row: culprit)
  }

  static func failure(_ operation: String, _ status: Int32, row: Int64) -> PointCloudError {
    switch Int(status) {
    case Int(CKERNELS_SPARSE_DUPLICATE):
      .unsuitableInput(
        operation: operation, reason: "the cell of row \(row) occurs more than once")
    case Int(CKERNELS_SPARSE_TOO_WIDE):
      .unsuitableInput(
        operation: operation, reason: "the coordinates are too far apart for keys of 63 bits")
    default: .libraryFailed(operation: operation, reason: "memory is short")
    }
  }

  /// Row by row batch and three places.
  func coordinates() -> [Int32] {
    [Int32](unsafeUninitializedCapacity: 4 * count) { target, filled in
      ckernels_sites_coordinates(pointer, target.baseAddress)
      filled = 4 * count
    }
  }
}

/// A rule book: for each output cell and each place of the kernel, the input cell seen through it.
final class SparseRules: @unchecked Sendable {
  let pointer: OpaquePointer
  let outputCount: Int

  init(
    fine: SparseSites, coarse: SparseSites, window: SparseWindow, upwards: Bool, threads: Int
  ) throws(PointCloudError) {
    var native = window.native
    var made: OpaquePointer?
    let status = ckernels_rules_create(
      fine.pointer, coarse.pointer, &native, upwards ? 1 : 0, Int32(clamping: threads), &made)
    guard let made, status == Int32(CKERNELS_SPARSE_OK) else {
      throw SparseSites.failure("rule book", status, row: 0)
    }
    pointer = made
    outputCount = upwards ? fine.count : coarse.count
  }

  deinit { ckernels_rules_release(pointer) }

  /// Pairs of all places together.
  var pairCount: Int { Int(ckernels_rules_pair_count(pointer, nil)) }

  /// Bytes that the book takes.
  var byteCount: Int { Int(ckernels_rules_bytes(pointer)) }

  /// Input row and output row of every pair, place by place.
  func pairs(places: Int) -> [[(input: Int32, output: Int32)]] {
    var counts = [Int64](repeating: 0, count: places)
    let all = Int(ckernels_rules_pair_count(pointer, &counts))
    var (inputs, outputs) = ([Int32](repeating: 0, count: all), [Int32](repeating: 0, count: all))
    ckernels_rules_pairs(pointer, &inputs, &outputs)
    var start = 0
    return counts.map { count in
      defer { start += Int(count) }
      return (start..<start + Int(count)).map { (inputs[$0], outputs[$0]) }
    }
  }
}

import Tensors

/// A piece of a prepared network's memory, used from one instruction to another.
struct PlannedBuffer {
  enum Layout {
    /// Row-major.
    case rows
    /// `[B, spatial..., C]`.
    case channelsLast
  }

  let shape: [Int]
  let elementType: ElementType
  let layout: Layout
  /// Instructions that write it first and read it last.
  var first: Int
  var last: Int
  var offset = 0

  init(shape: [Int], elementType: ElementType, layout: Layout, first: Int) {
    self.shape = shape
    self.elementType = elementType
    self.layout = layout
    self.first = first
    self.last = first
  }

  var byteCount: Int { shape.reduce(elementType.byteCount, *) }

  /// Whether the elements lie as another layout would have them.
  func lies(in other: Layout) -> Bool {
    layout == other || shape.count < 3 || shape.dropFirst(2).allSatisfy { $0 == 1 }
  }

  /// Distance in elements from one index of each axis to the next.
  var strides: [Int] {
    var order = Array(shape.indices)
    if layout == .channelsLast && shape.count > 2 { order = [0] + order[2...] + [1] }
    var strides = [Int](repeating: 1, count: shape.count)
    var distance = 1
    for axis in order.reversed() {
      strides[axis] = distance
      distance *= shape[axis]
    }
    return strides
  }
}

extension [PlannedBuffer] {
  /// Gives every buffer a place, so that those that are used at the same time do not overlap.
  ///
  /// The largest first, each as far in front as it fits.
  ///
  /// - Returns: Bytes that are needed.
  mutating func place() -> Int {
    var placed: [Int] = []
    var end = 0
    let order = indices.sorted {
      (self[$0].byteCount, -$0) > (self[$1].byteCount, -$1)
    }
    for i in order {
      let size = (self[i].byteCount + 63) & ~63
      let neighbours =
        placed
        .filter { self[$0].first <= self[i].last && self[i].first <= self[$0].last }
        .map { (start: self[$0].offset, end: self[$0].offset + (self[$0].byteCount + 63) & ~63) }
        .sorted { $0.start < $1.start }
      var offset = 0
      for other in neighbours {
        if offset + size <= other.start { break }
        offset = Swift.max(offset, other.end)
      }
      self[i].offset = offset
      placed.append(i)
      end = Swift.max(end, offset + size)
    }
    return end
  }
}

/// Memory that the steps of a prepared network share.
final class PlannedMemory {
  let base: UnsafeMutableRawPointer

  init(byteCount: Int) {
    base = .allocate(byteCount: Swift.max(byteCount, 64), alignment: 4096)
  }

  deinit { base.deallocate() }
}

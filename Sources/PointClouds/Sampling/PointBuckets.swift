/// Points in buckets of equal size that neighbour each other in space: a balanced kd-tree in flat memory.
///
/// Bucket b holds the places `b * size ..< (b + 1) * size`; the last bucket is filled up. A node of the tree covers the
/// buckets `first ..< end`, its children meet at the bucket `(first + end) / 2`, which also numbers the node.
/// Distances are computed as `(dx * dx + dy * dy) + dz * dz` in single precision everywhere: rounding is monotone, so the
/// distance to a box is never above the distance to a point inside, and pruning changes no bit of a result.
final class PointBuckets: @unchecked Sendable {
  /// A place: x, y, z, and the number of the point in the bits of w.
  typealias Place = SIMD4<Float>

  let count: Int
  let bucketSize: Int
  let bucketCount: Int
  /// The points, `bucketCount * bucketSize`; those that fill up have number -1.
  let places: UnsafeMutablePointer<Place>
  /// Corners of each bucket's box; w is 0.
  let low: UnsafeMutablePointer<SIMD4<Float>>
  let high: UnsafeMutablePointer<SIMD4<Float>>

  /// Sorts finite points, at least one, into buckets.
  init(_ xyz: UnsafePointer<Float>, count: Int, bucketSize: Int) {
    self.count = count
    self.bucketSize = bucketSize
    bucketCount = (count + bucketSize - 1) / bucketSize
    places = .allocate(capacity: bucketCount * bucketSize)
    low = .allocate(capacity: bucketCount)
    high = .allocate(capacity: bucketCount)
    for i in 0..<count {
      places[i] = Place(
        xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2], Float(bitPattern: UInt32(truncatingIfNeeded: i))
      )
    }
    var filler = places[count - 1]
    filler.w = Float(bitPattern: UInt32.max)
    for i in count..<bucketCount * bucketSize { places[i] = filler }
    split(0, bucketCount)
    if let last = (count..<bucketCount * bucketSize).first { refill(from: last) }
  }

  deinit {
    places.deallocate()
    low.deallocate()
    high.deallocate()
  }

  /// The places that fill up take the position of a point of their own bucket.
  private func refill(from start: Int) {
    let source = places[count - 1]
    for i in start..<bucketCount * bucketSize {
      places[i] = source
      places[i].w = Float(bitPattern: UInt32.max)
    }
  }

  private func box(_ start: Int, _ end: Int) -> (low: SIMD4<Float>, high: SIMD4<Float>) {
    var low = places[start]
    var high = low
    for i in start + 1..<max(end, start + 1) {
      let place = places[i]
      low.replace(with: place, where: place .< low)
      high.replace(with: place, where: place .> high)
    }
    low.w = 0
    high.w = 0
    return (low, high)
  }

  /// Sorts the points of the buckets `first ..< end`; the depth is the logarithm of the number of buckets.
  private func split(_ first: Int, _ end: Int) {
    let start = first * bucketSize
    let stop = min(end * bucketSize, count)
    let (low, high) = box(start, stop)
    if end - first == 1 {
      self.low[first] = low
      self.high[first] = high
      return
    }
    let middle = (first + end) / 2
    let extent = high - low
    let axis =
      extent.x >= extent.y ? (extent.x >= extent.z ? 0 : 2) : (extent.y >= extent.z ? 1 : 2)
    select(start, stop, middle * bucketSize, axis)
    split(first, middle)
    split(middle, end)
  }

  /// Reorders `start ..< stop` so that no coordinate before `place` is above one from there on.
  private func select(_ start: Int, _ stop: Int, _ place: Int, _ axis: Int) {
    let values = UnsafeMutableRawPointer(places).assumingMemoryBound(to: Float.self) + axis
    var start = start
    var stop = stop
    var rounds = 0
    while stop - start > 1 {
      rounds += 1
      if rounds > 60 {
        var rest = UnsafeMutableBufferPointer(start: places + start, count: stop - start)
        rest.sort { $0[axis] < $1[axis] }
        return
      }
      let pivot = pivot(values, start, stop)
      let below = partition(values, start, stop) { $0 < pivot }
      if place < below {
        stop = below
        continue
      }
      start = below
      if place == below { return }
      let through = partition(values, start, stop) { $0 <= pivot }
      if place <= through { return }
      start = through
    }
  }

  /// The middle one of five values.
  @inline(__always)
  private func pivot(_ values: UnsafeMutablePointer<Float>, _ start: Int, _ stop: Int) -> Float {
    let step = (stop - start - 1) / 4
    var a = values[4 * start]
    var b = values[4 * (start + step)]
    let c = values[4 * (start + 2 * step)]
    var d = values[4 * (start + 3 * step)]
    var e = values[4 * (stop - 1)]
    if a > b { swap(&a, &b) }
    if d > e { swap(&d, &e) }
    let lower = max(a, d)
    let upper = min(b, e)
    return max(min(lower, upper), min(max(lower, upper), c))
  }

  /// Moves the places that pass to the front, without branches; returns the first that does not.
  @inline(__always)
  private func partition(
    _ values: UnsafeMutablePointer<Float>, _ start: Int, _ stop: Int, _ passes: (Float) -> Bool
  ) -> Int {
    var end = start
    for i in start..<stop {
      let place = places[i]
      let step = passes(values[4 * i]) ? 1 : 0
      places[i] = places[end]
      places[end] = place
      end += step
    }
    return end
  }

  /// The squared distance from a point to a box.
  @inline(__always)
  static func squaredDistance(
    _ point: SIMD4<Float>, _ low: SIMD4<Float>, _ high: SIMD4<Float>
  ) -> Float {
    let under = low - point
    var gap = point - high
    gap.replace(with: under, where: under .> gap)
    gap.replace(with: SIMD4<Float>.zero, where: gap .< 0)
    let squares = gap * gap
    return squares.x + squares.y + squares.z
  }
}

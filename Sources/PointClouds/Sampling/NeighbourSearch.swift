/// Exact searches around single points over ``PointBuckets``.
final class NeighbourSearch: @unchecked Sendable {
  static let bucketSize = 16
  private typealias Lane = SIMD8<Float>

  let buckets: PointBuckets
  /// Each bucket: all x, all y, all z.
  private let coordinates: UnsafeMutablePointer<Lane>
  private let numbers: UnsafeMutablePointer<Int32>

  /// Sorts finite points, at least one.
  init(_ xyz: UnsafePointer<Float>, count: Int) {
    let size = Self.bucketSize
    buckets = PointBuckets(xyz, count: count, bucketSize: size)
    coordinates = .allocate(capacity: buckets.bucketCount * 6)
    numbers = .allocate(capacity: buckets.bucketCount * size)
    let floats = UnsafeMutableRawPointer(coordinates).assumingMemoryBound(to: Float.self)
    for bucket in 0..<buckets.bucketCount {
      for i in 0..<size {
        let place = buckets.places[bucket * size + i]
        floats[bucket * 3 * size + i] = place.x
        floats[bucket * 3 * size + size + i] = place.y
        floats[bucket * 3 * size + 2 * size + i] = place.z
        numbers[bucket * size + i] = Int32(bitPattern: place.w.bitPattern)
      }
    }
  }

  deinit {
    coordinates.deallocate()
    numbers.deallocate()
  }

  /// The best of a search so far, sorted by distance, then number.
  struct Nearest {
    let limit: Int
    let distances: UnsafeMutablePointer<Float>
    let numbers: UnsafeMutablePointer<Int32>

    @inline(__always) var worst: Float { distances[limit - 1] }

    func clear() {
      for i in 0..<limit {
        distances[i] = .infinity
        numbers[i] = .max
      }
    }

    @inline(__always)
    func insert(_ distance: Float, _ number: Int32) {
      var place = limit - 1
      if distance == distances[place] && number > numbers[place] { return }
      while place > 0 {
        let before = distances[place - 1]
        if before < distance || (before == distance && numbers[place - 1] < number) { break }
        distances[place] = before
        numbers[place] = numbers[place - 1]
        place -= 1
      }
      distances[place] = distance
      numbers[place] = number
    }
  }

  /// Fills `found` with the nearest points; places beyond the number of points keep infinity.
  func nearest(to point: SIMD4<Float>, _ found: Nearest) {
    found.clear()
    nearest(0, buckets.bucketCount, point, found)
  }

  private func nearest(_ first: Int, _ end: Int, _ point: SIMD4<Float>, _ found: Nearest) {
    if end - first == 1 { return scan(first, point, found) }
    let middle = (first + end) / 2
    let left = reach(first, middle, point)
    let right = reach(middle, end, point)
    if left <= right {
      if left <= found.worst { nearest(first, middle, point, found) }
      if right <= found.worst { nearest(middle, end, point, found) }
    } else {
      if right <= found.worst { nearest(middle, end, point, found) }
      if left <= found.worst { nearest(first, middle, point, found) }
    }
  }

  /// The squared distance to the box of a node.
  @inline(__always)
  private func reach(_ first: Int, _ end: Int, _ point: SIMD4<Float>) -> Float {
    if end - first == 1 {
      return PointBuckets.squaredDistance(point, buckets.low[first], buckets.high[first])
    }
    let middle = (first + end) / 2
    return PointBuckets.squaredDistance(
      point, buckets.nodeLow[middle], buckets.nodeHigh[middle])
  }

  /// The squared distances to eight points of a bucket.
  @inline(__always)
  private func distances(_ bucket: Int, _ half: Int, _ point: SIMD4<Float>) -> SIMD8<Float> {
    let x = coordinates + bucket * 6 + half
    let dx = x[0] - Lane(repeating: point.x)
    let dy = x[2] - Lane(repeating: point.y)
    let dz = x[4] - Lane(repeating: point.z)
    return dx * dx + dy * dy + dz * dz
  }

  @inline(__always)
  private func scan(_ bucket: Int, _ point: SIMD4<Float>, _ found: Nearest) {
    let start = bucket * Self.bucketSize
    let held = min(Self.bucketSize, buckets.count - start)
    for half in 0..<2 {
      let squares = distances(bucket, half, point)
      for i in 0..<max(0, min(8, held - 8 * half)) where squares[i] <= found.worst {
        found.insert(squares[i], numbers[start + 8 * half + i])
      }
    }
  }

  /// The lowest numbers of the points closer than a radius, in order; returns how many there are, `limit` at most.
  func within(
    _ squaredRadius: Float, of point: SIMD4<Float>, limit: Int,
    _ found: UnsafeMutablePointer<Int32>
  ) -> Int {
    var count = 0
    if reach(0, buckets.bucketCount, point) < squaredRadius {
      within(0, buckets.bucketCount, squaredRadius, point, limit, found, &count)
    }
    return count
  }

  private func within(
    _ first: Int, _ end: Int, _ squaredRadius: Float, _ point: SIMD4<Float>, _ limit: Int,
    _ found: UnsafeMutablePointer<Int32>, _ count: inout Int
  ) {
    if end - first > 1 {
      let middle = (first + end) / 2
      if reach(first, middle, point) < squaredRadius {
        within(first, middle, squaredRadius, point, limit, found, &count)
      }
      if reach(middle, end, point) < squaredRadius {
        within(middle, end, squaredRadius, point, limit, found, &count)
      }
      return
    }
    let start = first * Self.bucketSize
    let held = min(Self.bucketSize, buckets.count - start)
    for half in 0..<2 {
      let squares = distances(first, half, point)
      for i in 0..<max(0, min(8, held - 8 * half)) where squares[i] < squaredRadius {
        let number = numbers[start + 8 * half + i]
        if count == limit && number > found[limit - 1] { continue }
        var place = count == limit ? limit - 1 : count
        count = count == limit ? limit : count + 1
        while place > 0 && found[place - 1] > number {
          found[place] = found[place - 1]
          place -= 1
        }
        found[place] = number
      }
    }
  }
}

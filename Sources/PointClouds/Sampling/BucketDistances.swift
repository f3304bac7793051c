/// The squared distance of every point to the nearest sample so far, with the largest of each bucket and group of buckets.
///
/// A new sample touches a bucket only when its distance to the bucket's box is below the largest distance inside: elsewhere
/// it cannot lower anything. Sixteen buckets form a group that is passed over in the same way.
final class BucketDistances {
  private typealias Lane = SIMD8<Float>
  private static let groupSize = 16

  private let bucketCount: Int
  private let lanes: Int
  private let groupCount: Int
  private let lanesMemory: UnsafeMutablePointer<Lane>
  private let numbers: UnsafeMutablePointer<Int32>
  private let bucketSize: Int
  private let low: UnsafeMutablePointer<SIMD4<Float>>
  private let high: UnsafeMutablePointer<SIMD4<Float>>
  private let largest: UnsafeMutablePointer<Float>
  private let groupLow: UnsafeMutablePointer<SIMD4<Float>>
  private let groupHigh: UnsafeMutablePointer<SIMD4<Float>>
  private let groupLargest: UnsafeMutablePointer<Float>

  init(_ buckets: PointBuckets, ignoringPointsNearOrigin: Bool) {
    bucketCount = buckets.bucketCount
    bucketSize = buckets.bucketSize
    lanes = bucketSize / 8
    groupCount = (bucketCount + Self.groupSize - 1) / Self.groupSize
    lanesMemory = .allocate(capacity: bucketCount * lanes * 4)
    numbers = .allocate(capacity: bucketCount * bucketSize)
    low = .allocate(capacity: bucketCount)
    high = .allocate(capacity: bucketCount)
    largest = .allocate(capacity: bucketCount)
    groupLow = .allocate(capacity: groupCount)
    groupHigh = .allocate(capacity: groupCount)
    groupLargest = .allocate(capacity: groupCount)
    largest.initialize(repeating: -1, count: bucketCount)
    // Each bucket: all x, all y, all z, all distances. -1 marks places that are never chosen.
    let floats = UnsafeMutableRawPointer(lanesMemory).assumingMemoryBound(to: Float.self)
    for bucket in 0..<bucketCount {
      low[bucket] = buckets.low[bucket]
      high[bucket] = buckets.high[bucket]
      let target = floats + bucket * bucketSize * 4
      for i in 0..<bucketSize {
        let place = buckets.places[bucket * bucketSize + i]
        target[i] = place.x
        target[bucketSize + i] = place.y
        target[2 * bucketSize + i] = place.z
        let number = Int32(bitPattern: place.w.bitPattern)
        numbers[bucket * bucketSize + i] = number
        let norm = place.x * place.x + place.y * place.y + place.z * place.z
        let ignored = ignoringPointsNearOrigin && Double(norm) <= 1e-3
        target[3 * bucketSize + i] = number < 0 || ignored ? -1 : .infinity
        if number >= 0 && !ignored { largest[bucket] = .infinity }
      }
    }
    for group in 0..<groupCount {
      var lowest = low[group * Self.groupSize]
      var highest = high[group * Self.groupSize]
      var maximum: Float = -1
      for bucket in bucketsOf(group) {
        lowest.replace(with: low[bucket], where: low[bucket] .< lowest)
        highest.replace(with: high[bucket], where: high[bucket] .> highest)
        maximum = max(maximum, largest[bucket])
      }
      groupLargest[group] = maximum
      groupLow[group] = lowest
      groupHigh[group] = highest
    }
  }

  deinit {
    lanesMemory.deallocate()
    numbers.deallocate()
    low.deallocate()
    high.deallocate()
    largest.deallocate()
    groupLow.deallocate()
    groupHigh.deallocate()
    groupLargest.deallocate()
  }

  @inline(__always)
  private func bucketsOf(_ group: Int) -> Range<Int> {
    group * Self.groupSize..<min((group + 1) * Self.groupSize, bucketCount)
  }

  /// Takes a new sample into account.
  func lower(by sample: SIMD4<Float>) {
    for group in 0..<groupCount {
      let reach = PointBuckets.squaredDistance(sample, groupLow[group], groupHigh[group])
      guard reach < groupLargest[group] else { continue }
      var groupMaximum = -Float.infinity
      for bucket in bucketsOf(group) {
        let reach = PointBuckets.squaredDistance(sample, low[bucket], high[bucket])
        if reach < largest[bucket] { update(bucket, sample) }
        groupMaximum = largest[bucket] > groupMaximum ? largest[bucket] : groupMaximum
      }
      groupLargest[group] = groupMaximum
    }
  }

  @inline(__always)
  private func update(_ bucket: Int, _ sample: SIMD4<Float>) {
    let x = lanesMemory + bucket * lanes * 4
    let y = x + lanes
    let z = y + lanes
    let distances = z + lanes
    let sampleX = Lane(repeating: sample.x)
    let sampleY = Lane(repeating: sample.y)
    let sampleZ = Lane(repeating: sample.z)
    var maximum = Lane(repeating: -1)
    for lane in 0..<lanes {
      let dx = x[lane] - sampleX
      let dy = y[lane] - sampleY
      let dz = z[lane] - sampleZ
      let distance = dx * dx + dy * dy + dz * dz
      var nearest = distances[lane]
      nearest.replace(with: distance, where: distance .< nearest)
      distances[lane] = nearest
      maximum.replace(with: nearest, where: nearest .> maximum)
    }
    largest[bucket] = maximum.max()
  }

  /// The number of the point with the largest distance, the lowest of several; 0 when none may be chosen.
  func farthest() -> Int32 {
    var maximum: Float = -1
    for group in 0..<groupCount where groupLargest[group] > maximum {
      maximum = groupLargest[group]
    }
    guard maximum >= 0 else { return 0 }
    var lowest = Int32.max
    for group in 0..<groupCount where groupLargest[group] == maximum {
      for bucket in bucketsOf(group) where largest[bucket] == maximum {
        let distances = UnsafeMutableRawPointer(lanesMemory + (bucket * 4 + 3) * lanes)
          .assumingMemoryBound(to: Float.self)
        for i in 0..<bucketSize where distances[i] == maximum {
          let number = numbers[bucket * bucketSize + i]
          if number < lowest { lowest = number }
        }
      }
    }
    return lowest
  }
}

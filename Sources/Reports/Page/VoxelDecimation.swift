import PointClouds
import Tensors

/// Thinning of a cloud: one point, the first, of each occupied cube.
enum VoxelDecimation {
  /// Indices of the points to keep, ascending; invalid points are always left out.
  ///
  /// The cube's edge is the smallest of a geometric series that brings the number to `limit` or below.
  static func indices(of cloud: PointCloud, limit: Int) -> [Int32] {
    cloud.moved(toOrigin: .zero).positions.withUnsafeElements(of: Float.self) { xyz in
      let valid = validIndices(xyz, count: cloud.count)
      guard valid.count > limit, limit > 0 else { return valid }
      var low: Float = 0
      var high = startingEdge(xyz, valid, limit: limit)
      var best = firstPerVoxel(xyz, valid, edge: high)
      while best.count > limit {
        low = high
        high *= 2
        best = firstPerVoxel(xyz, valid, edge: high)
      }
      for _ in 0..<6 {
        let middle = (low + high) / 2
        let kept = firstPerVoxel(xyz, valid, edge: middle)
        if kept.count <= limit {
          (high, best) = (middle, kept)
        } else {
          low = middle
        }
      }
      return best
    }
  }

  /// Largest coordinate that is shown, metres: anything beyond would spoil the resolution of the rest.
  static let reach: Float = 100_000

  private static func validIndices(_ xyz: UnsafeBufferPointer<Float>, count: Int) -> [Int32] {
    var valid: [Int32] = []
    valid.reserveCapacity(count)
    for k in 0..<count {
      let (x, y, z) = (abs(xyz[3 * k]), abs(xyz[3 * k + 1]), abs(xyz[3 * k + 2]))
      if x <= reach && y <= reach && z <= reach { valid.append(Int32(k)) }
    }
    return valid
  }

  /// An edge that would leave about `limit` points if they lay on a plane of the cloud's extent.
  private static func startingEdge(
    _ xyz: UnsafeBufferPointer<Float>, _ valid: [Int32], limit: Int
  ) -> Float {
    var low = SIMD3<Float>(repeating: .infinity)
    var high = -low
    for k in valid {
      let p = SIMD3(xyz[3 * Int(k)], xyz[3 * Int(k) + 1], xyz[3 * Int(k) + 2])
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    let extent = max((high - low).max(), 1e-3)
    return max(extent / Float(limit).squareRoot() / 4, extent / 1_000_000)
  }

  private static func firstPerVoxel(
    _ xyz: UnsafeBufferPointer<Float>, _ valid: [Int32], edge: Float
  ) -> [Int32] {
    var capacity = 1
    while capacity < 2 * valid.count { capacity *= 2 }
    let mask = UInt64(capacity - 1)
    let inverse = 1 / edge
    var kept: [Int32] = []
    // 0 marks an empty place: keys have their lowest bit set.
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { table in
      table.initialize(repeating: 0)
      for k in valid {
        let p = SIMD3(xyz[3 * Int(k)], xyz[3 * Int(k) + 1], xyz[3 * Int(k) + 2]) * inverse
        let x = UInt64(bitPattern: Int64(p.x.rounded(.down))) & 0x1F_FFFF
        let y = UInt64(bitPattern: Int64(p.y.rounded(.down))) & 0x1F_FFFF
        let z = UInt64(bitPattern: Int64(p.z.rounded(.down))) & 0x1F_FFFF
        let key = (x << 43 | y << 22 | z << 1) | 1
        var place = (key &* 0x9E37_79B9_7F4A_7C15) >> 20 & mask
        while table[Int(place)] != 0 && table[Int(place)] != key { place = (place + 1) & mask }
        if table[Int(place)] == 0 {
          table[Int(place)] = key
          kept.append(k)
        }
      }
      return kept
    }
  }
}

import CPCL
import Tensors

extension PointCloud {
  /// Groups points that chains of short steps join.
  ///
  /// Two points belong to one cluster exactly when steps of at most `tolerance` between points lead from one to the other, as
  /// in PCL's Euclidean cluster extraction. Points of clusters that are too small or too large, and invalid points, belong
  /// to none. Clusters are numbered by size, largest first; of equal ones, the one whose first point comes first.
  ///
  /// - Parameters:
  ///   - tolerance: Longest step; metres, above 0.
  ///   - minSize: Fewest points of a cluster.
  ///   - maxSize: Most points of a cluster.
  /// - Returns: The same points with their clusters.
  /// - Throws: ``PointCloudError/gridTooFine(voxelSize:coordinate:)``.
  /// - Complexity: About O(N): points in one cell of a grid with a diagonal of `tolerance` belong together, and neighbouring
  ///   cells are compared until a first short step is found.
  public func clustered(tolerance: Double, minSize: Int = 1, maxSize: Int = .max) throws
    -> ClusteredCloud
  {
    precondition(tolerance > 0, "the tolerance must be above 0 m, not \(tolerance)")
    var grid = try ClusterGrid(positions, tolerance: Float(tolerance))
    return Self.numbered(
      grid.components(), cloud: self, minSize: minSize, maxSize: maxSize)
  }

  /// The same clusters by PCL's own implementation, several times slower; for comparison.
  ///
  /// - Parameters:
  ///   - tolerance: Longest step; metres, above 0.
  ///   - minSize: Fewest points of a cluster.
  ///   - maxSize: Most points of a cluster.
  /// - Returns: The same points with their clusters; equal sizes in any order.
  /// - Throws: ``PointCloudError`` when there is no point or one is not finite.
  public func clusteredByPCL(tolerance: Double, minSize: Int = 1, maxSize: Int = .max) throws
    -> ClusteredCloud
  {
    var labels = [Int32](repeating: -1, count: count)
    var clusters = 0
    try positions.withUnsafeElements(of: Float.self) { xyz in
      let status = cpcl_euclidean_clusters(
        xyz.baseAddress, count, Float(tolerance), max(minSize, 1), max(maxSize, 0), &labels,
        &clusters)
      if status != CPCL_OK {
        throw PointCloudError.libraryFailed(
          operation: "clustering", reason: String(cString: cpcl_last_error()))
      }
    }
    return ClusteredCloud(cloud: self, clusters: Tensor(labels), clusterCount: clusters)
  }

  /// Clusters numbered by size out of component numbers (-1: none), each in order of its first point.
  private static func numbered(
    _ components: [Int32], cloud: PointCloud, minSize: Int, maxSize: Int
  ) -> ClusteredCloud {
    var sizes = [Int](repeating: 0, count: Int(components.max() ?? -1) + 1)
    for component in components where component >= 0 { sizes[Int(component)] += 1 }
    let kept = sizes.indices.filter { sizes[$0] >= minSize && sizes[$0] <= maxSize }
      .sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    var number = [Int32](repeating: -1, count: sizes.count)
    for (rank, component) in kept.enumerated() { number[component] = Int32(rank) }
    let labels = components.map { $0 < 0 ? -1 : number[Int($0)] }
    return ClusteredCloud(cloud: cloud, clusters: Tensor(labels), clusterCount: kept.count)
  }
}

extension ClusteredCloud {
  /// The points of each cluster, in their order, largest cluster first.
  ///
  /// - Returns: Numbers of points, one list a cluster.
  public func members() -> [[Int32]] {
    clusters.withUnsafeElements(of: Int32.self) { labels in
      var sizes = [Int](repeating: 0, count: clusterCount)
      for label in labels where label >= 0 { sizes[Int(label)] += 1 }
      var members = sizes.map { size -> [Int32] in
        var list: [Int32] = []
        list.reserveCapacity(size)
        return list
      }
      for (i, label) in labels.enumerated() where label >= 0 {
        members[Int(label)].append(Int32(i))
      }
      return members
    }
  }
}

/// Points in cells whose diagonal is the tolerance, and which cells are joined.
private struct ClusterGrid {
  private let tolerance: Float
  private var index: VoxelIndex
  private var cellKeys: [UInt64] = []
  /// Cell of each point, -1 for invalid points.
  private let cellOfPoint: [Int32]
  /// Points sorted by cell: where each cell starts, and the coordinates.
  private var starts: [Int32]
  private var sorted: [Float]
  private var parent: [Int32]

  init(_ positions: Tensor, tolerance: Float) throws {
    let count = positions.shape[0]
    self.tolerance = tolerance
    // A little less than tolerance / sqrt(3), so that rounding never puts two points of a cell too far apart.
    let edge = tolerance * 0.57735 * 0.9999
    let scale = 1 / edge
    var index = VoxelIndex(expected: count / 2)
    var keys: [UInt64] = []
    var tooFar: Float?
    let cells = positions.withUnsafeElements(of: Float.self) { p in
      (0..<count).map { i -> Int32 in
        let x = (p[3 * i] * scale).rounded(.down)
        let y = (p[3 * i + 1] * scale).rounded(.down)
        let z = (p[3 * i + 2] * scale).rounded(.down)
        // Neighbours lie up to two cells away and must have keys as well.
        let reach = VoxelIndex.reach - 4
        guard abs(x) < reach, abs(y) < reach, abs(z) < reach else {
          if x.isFinite && y.isFinite && z.isFinite {
            tooFar = max(abs(p[3 * i]), abs(p[3 * i + 1]), abs(p[3 * i + 2]))
          }
          return -1
        }
        let key = VoxelIndex.key(Int32(x), Int32(y), Int32(z))
        let cell = index.number(of: key)
        if Int(cell) == keys.count { keys.append(key) }
        return cell
      }
    }
    if let tooFar {
      throw PointCloudError.gridTooFine(voxelSize: Double(edge), coordinate: Double(tooFar))
    }
    var starts = [Int32](repeating: 0, count: keys.count + 1)
    for cell in cells where cell >= 0 { starts[Int(cell) + 1] += 1 }
    for c in 0..<keys.count { starts[c + 1] += starts[c] }
    var next = starts
    var sorted = [Float](repeating: 0, count: 3 * Int(starts[keys.count]))
    positions.withUnsafeElements(of: Float.self) { p in
      for (i, cell) in cells.enumerated() where cell >= 0 {
        let place = 3 * Int(next[Int(cell)])
        for k in 0..<3 { sorted[place + k] = p[3 * i + k] }
        next[Int(cell)] += 1
      }
    }
    self.index = index
    cellKeys = keys
    cellOfPoint = cells
    self.starts = starts
    self.sorted = sorted
    parent = (0..<keys.count).map { Int32($0) }
  }

  /// Steps to one half of the cells that may hold points within the tolerance, nearest cells first.
  private static let steps: [UInt64] = {
    var steps: [(distance: Int, key: UInt64)] = []
    for x in -2...2 {
      for y in -2...2 {
        for z in -2...2 where (x, y, z) > (0, 0, 0) {
          let key =
            UInt64(bitPattern: Int64(x)) << 42 &+ UInt64(bitPattern: Int64(y)) << 21
            &+ UInt64(bitPattern: Int64(z))
          steps.append((x * x + y * y + z * z, key))
        }
      }
    }
    return steps.sorted { ($0.distance, $0.key) < ($1.distance, $1.key) }.map(\.key)
  }()

  /// Number of the component of each point, in the order of their first points; -1 for invalid points.
  mutating func components() -> [Int32] {
    for step in Self.steps {
      for cell in 0..<cellKeys.count {
        let other = Int(index.find(cellKeys[cell] &+ step))
        guard other >= 0 else { continue }
        let (a, b) = (root(cell), root(other))
        if a != b && isNear(cell, other) { parent[max(a, b)] = Int32(min(a, b)) }
      }
    }
    var numbers = [Int32](repeating: -1, count: cellKeys.count)
    var found: Int32 = 0
    return cellOfPoint.map { cell in
      if cell < 0 { return -1 }
      let top = root(Int(cell))
      if numbers[top] < 0 {
        numbers[top] = found
        found += 1
      }
      return numbers[top]
    }
  }

  private mutating func root(_ cell: Int) -> Int {
    var cell = cell
    while Int(parent[cell]) != cell {
      parent[cell] = parent[Int(parent[cell])]
      cell = Int(parent[cell])
    }
    return cell
  }

  /// Whether a point of one cell lies within the tolerance of a point of the other.
  private func isNear(_ a: Int, _ b: Int) -> Bool {
    let limit = tolerance * tolerance
    let (startA, endA) = (3 * Int(starts[a]), 3 * Int(starts[a + 1]))
    let (startB, endB) = (3 * Int(starts[b]), 3 * Int(starts[b + 1]))
    return sorted.withUnsafeBufferPointer { p in
      var i = startA
      while i < endA {
        let (x, y, z) = (p[i], p[i + 1], p[i + 2])
        var j = startB
        while j < endB {
          let (dx, dy, dz) = (p[j] - x, p[j + 1] - y, p[j + 2] - z)
          if dx * dx + dy * dy + dz * dz <= limit { return true }
          j += 3
        }
        i += 3
      }
      return false
    }
  }
}

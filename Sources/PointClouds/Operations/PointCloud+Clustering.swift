import CKernels
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
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The same points with their clusters.
  /// - Throws: ``PointCloudError`` when the cloud spans more than 2^20 times the tolerance.
  /// - Complexity: About O(N): points in one cell of a grid with a diagonal of `tolerance` belong together, and neighbouring
  ///   cells are compared until a first short step is found.
  public func clustered(
    tolerance: Double, minSize: Int = 1, maxSize: Int = .max,
    threads: Int = PointBatch.defaultThreads
  ) throws -> ClusteredCloud {
    precondition(tolerance > 0, "the tolerance must be above 0 m, not \(tolerance)")
    let (labels, clusters) = try densityLabels(
      radius: tolerance, minPoints: 1, threads: threads, operation: "clustering")
    return Self.numbered(
      labels, clusters: clusters, cloud: self, minSize: minSize, maxSize: maxSize)
  }

  /// Groups points by density (DBSCAN), numbered as scikit-learn and Open3D number them.
  ///
  /// A point is a core point when `minPoints` points at least, itself among them, lie within `radius`. Core points that chains of
  /// steps of at most `radius` join form a cluster; another point belongs to the first cluster that has a core point within
  /// `radius` of it, and is noise (-1) where there is none, as are invalid points. Clusters are numbered in the order of their
  /// first core points, not by size.
  ///
  /// - Parameters:
  ///   - radius: Reach of a neighbourhood (`eps`), inclusive; metres, above 0.
  ///   - minPoints: Fewest points of a core point's neighbourhood.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The same points with their clusters.
  /// - Throws: ``PointCloudError`` when the cloud spans more than 2^20 times the radius.
  /// - Note: Source: Ester, Kriegel, Sander and Xu, "A density-based algorithm for discovering clusters in large spatial
  ///   databases with noise", KDD 1996. Differs: cells of a grid instead of a query for each point.
  public func densityClustered(
    radius: Double, minPoints: Int, threads: Int = PointBatch.defaultThreads
  ) throws -> ClusteredCloud {
    precondition(radius > 0, "the radius must be above 0 m, not \(radius)")
    let (labels, clusters) = try densityLabels(
      radius: radius, minPoints: minPoints, threads: threads, operation: "density clustering")
    return ClusteredCloud(cloud: self, clusters: Tensor(labels), clusterCount: clusters)
  }

  private func densityLabels(radius: Double, minPoints: Int, threads: Int, operation: String)
    throws -> (labels: [Int32], clusters: Int)
  {
    guard count <= Int(Int32.max) else {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "\(count) points are more than an Int32 can number")
    }
    var clusters: Int64 = 0
    var status: Int32 = 0
    let labels = [Int32](unsafeUninitializedCapacity: count) { labels, filled in
      status = positions.withUnsafeElements(of: Float.self) { p in
        ckernels_density_clusters(
          p.baseAddress, Int64(count), Float(radius), Int64(minPoints),
          Int32(clamping: threads), labels.baseAddress, &clusters)
      }
      filled = status == 0 ? count : 0
    }
    switch status {
    case 0: return (labels, Int(clusters))
    case 2:
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason: "the cloud spans more than 2^20 times the distance of \(radius) m")
    default: throw PointCloudError.libraryFailed(operation: operation, reason: "out of memory")
    }
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
    _ components: [Int32], clusters: Int, cloud: PointCloud, minSize: Int, maxSize: Int
  ) -> ClusteredCloud {
    var sizes = [Int](repeating: 0, count: clusters)
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

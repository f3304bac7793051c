public import Tensors

/// Points in space with named attributes.
///
/// Attribute names that readers use where they apply: `intensity` `[N, 1]` Float (as stored in the file), `color` `[N, 3]`
/// UInt8 (red, green, blue), `normal` `[N, 3]` Float, `ring` `[N, 1]` Int32, `time` `[N, 1]` Double (seconds), `covariance`
/// `[N, 6]` Float (xx xy xz yy yz zz of each position's error, metres squared). Other fields of a file keep their own names.
public struct PointCloud: Sendable {
  /// Positions relative to ``origin``, shape `[N, 3]`, Float, metres, in the frame of the message that carries the cloud.
  ///
  /// NaN marks an invalid point.
  public var positions: Tensor
  /// Attributes by name, each of shape `[N, K]`.
  public var attributes: [String: Tensor]
  /// Rows and columns when the points form a grid (an organised cloud); nil otherwise.
  public var grid: (rows: Int, columns: Int)?
  /// What added to a position gives the point's place in its frame; metres.
  ///
  /// Zero unless coordinates are too large for Float, as UTM's are: see ``moved(toOrigin:)``.
  public var origin: SIMD3<Double>

  /// A cloud from its positions and attributes.
  ///
  /// - Parameters:
  ///   - positions: Shape `[N, 3]`, Float, metres.
  ///   - attributes: Each of shape `[N, K]`.
  ///   - grid: Rows and columns of an organised cloud; their product is N.
  ///   - origin: What added to a position gives the point's place in its frame; metres.
  public init(
    positions: Tensor, attributes: [String: Tensor] = [:], grid: (rows: Int, columns: Int)? = nil,
    origin: SIMD3<Double> = .zero
  ) {
    precondition(
      positions.rank == 2 && positions.shape[1] == 3 && positions.elementType == .float32,
      "positions are [N, 3] of Float, not \(positions.shape) of \(positions.elementType)")
    for (name, values) in attributes {
      precondition(
        values.rank == 2 && values.shape[0] == positions.shape[0],
        "the attribute '\(name)' has the shape \(values.shape) beside \(positions.shape[0]) points")
    }
    if let grid {
      precondition(
        grid.rows * grid.columns == positions.shape[0],
        "a grid of \(grid.rows) x \(grid.columns) does not hold \(positions.shape[0]) points")
    }
    self.positions = positions
    self.attributes = attributes
    self.grid = grid
    self.origin = origin
  }

  /// Number of points.
  public var count: Int { positions.shape[0] }
}

/// Points with the number of the cluster that each belongs to.
public struct ClusteredCloud: Sendable {
  /// The points.
  public var cloud: PointCloud
  /// Cluster of each point, shape `[N]`, Int32; -1 = none.
  ///
  /// Clusters are numbered from 0, largest first; by ``PointCloud/densityClustered(radius:minPoints:threads:)`` in the order of
  /// their first core points.
  public var clusters: Tensor
  /// Number of clusters.
  public var clusterCount: Int

  /// A clustered cloud.
  ///
  /// - Parameters:
  ///   - cloud: The points.
  ///   - clusters: Cluster of each point, shape `[N]`, Int32; -1 = none.
  ///   - clusterCount: Number of clusters.
  public init(cloud: PointCloud, clusters: Tensor, clusterCount: Int) {
    precondition(
      clusters.shape == [cloud.count] && clusters.elementType == .int32,
      "cluster numbers are [\(cloud.count)] of Int32, not \(clusters.shape) of \(clusters.elementType)"
    )
    self.cloud = cloud
    self.clusters = clusters
    self.clusterCount = clusterCount
  }
}

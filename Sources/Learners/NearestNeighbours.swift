public import Tensors

/// The class that most of the nearest known rows have.
///
/// - Note: Source: Cover and Hart, "Nearest neighbor pattern classification", IEEE Transactions on Information Theory 13, 1967.
public struct NearestNeighbours: Sendable {
  /// How far two rows are from each other.
  public enum Metric: String, Sendable, CaseIterable {
    /// Sum of absolute differences.
    case l1
    /// Root of the sum of squared differences.
    case l2
  }

  /// The known rows, `[N, F]`.
  public let features: Tensor
  /// Their classes.
  public let labels: [Int]
  /// Number of classes.
  public let classes: Int
  /// How many neighbours vote.
  public let count: Int
  /// How far two rows are from each other.
  public let metric: Metric

  /// Remembers rows.
  ///
  /// - Parameters:
  ///   - features: `[N, F]` Float64 or Float.
  ///   - labels: A class for each row.
  ///   - classes: Number of classes.
  ///   - count: How many neighbours vote, from 1 to the number of rows.
  ///   - metric: How far two rows are from each other.
  public init(
    _ features: Tensor, _ labels: [Int], classes: Int, count: Int = 5, metric: Metric = .l2
  ) {
    precondition(
      features.rank == 2 && features.shape[0] == labels.count,
      "NearestNeighbours: \(labels.count) labels for features \(features.shape)")
    precondition(
      (1...max(1, labels.count)).contains(count) && !labels.isEmpty,
      "NearestNeighbours: \(count) of \(labels.count) rows cannot vote")
    precondition(
      labels.allSatisfy { (0..<classes).contains($0) },
      "NearestNeighbours: a label is none of \(classes) classes")
    self.features = features
    self.labels = labels
    self.classes = classes
    self.count = count
    self.metric = metric
  }

  /// The nearest known rows.
  ///
  /// - Parameter queries: `[M, F]` of the features' type.
  /// - Returns: Distances and numbers, `[M, count]` each, from near to far.
  public func neighbours(of queries: Tensor) -> (distances: Tensor, indices: Tensor) {
    precondition(
      queries.rank == 2 && queries.shape[1] == features.shape[1],
      "NearestNeighbours: queries \(queries.shape) do not fit features \(features.shape)")
    var (distances, indices): ([Tensor], [Tensor]) = ([], [])
    // Bounded memory: a few hundred rows of the table of distances at a time.
    let block = max(1, (8 << 20) / max(1, labels.count))
    for first in stride(from: 0, to: queries.shape[0], by: block) {
      let part = queries.narrowed(axis: 0, to: first..<min(queries.shape[0], first + block))
      let table = part.distances(to: features, order: metric == .l1 ? 1 : 2)
      let nearest = table.topK(count, axis: 1, largest: false)
      distances.append(nearest.values)
      indices.append(nearest.indices)
    }
    if distances.isEmpty {
      let empty = Tensor.zeros([0, count], features.elementType)
      return (empty, empty.converted(to: .int64))
    }
    return (.concatenated(distances), .concatenated(indices))
  }

  /// The class that most neighbours have; of equally frequent ones, that of the nearest.
  ///
  /// - Parameter queries: `[M, F]` of the features' type.
  /// - Returns: A class for each row.
  public func predict(_ queries: Tensor) -> [Int] {
    let indices = neighbours(of: queries).indices.array(of: Int64.self)
    return stride(from: 0, to: indices.count, by: count).map { first in
      var votes = [Int](repeating: 0, count: classes)
      for place in first..<first + count { votes[labels[Int(indices[place])]] += 1 }
      let most = votes.max() ?? 0
      let winner = (first..<first + count).lazy.map { labels[Int(indices[$0])] }
        .first { votes[$0] == most }
      return winner ?? 0
    }
  }
}

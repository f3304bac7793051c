import CKernels
public import Tensors

/// The least mean distance over all ways to pair the points of two sets of one size.
public struct EarthMoversDistance: Sendable {
  /// How pairs are found.
  public enum Method: Sendable, Equatable {
    /// Exact: time grows with N^3 at worst, memory with N^2; 4096 points at most.
    case exact
    /// By auction: the mean is at most this far (metres, or square metres) above the least; memory grows with N;
    /// 65,536 points at most.
    case auction(epsilon: Double)
  }

  /// Pairs of two sets.
  public struct Matching: Sendable {
    /// The mean over the pairs, shape `[B]` or a scalar, differentiable with the pairs as they are.
    public let distance: Tensor
    /// The partner in the second set of each point of the first, shape `[B, N]` or `[N]`, Int32.
    public let partners: Tensor
    /// For each pair of sets a number below which no pairing's mean lies; the mean itself for exact pairs.
    public let lowerBounds: [Double]
  }

  /// How pairs are found.
  public var method: Method
  /// What is averaged.
  public var measure: ChamferDistance.Measure

  /// A distance.
  ///
  /// - Parameters:
  ///   - method: How pairs are found.
  ///   - measure: What is averaged.
  public init(_ method: Method = .exact, measure: ChamferDistance.Measure = .euclidean) {
    if case .auction(let epsilon) = method {
      precondition(epsilon > 0, "an auction with steps of \(epsilon) does not end")
    }
    self.method = method
    self.measure = measure
  }

  /// Pairs the points of each pair of sets.
  ///
  /// - Parameters:
  ///   - first: Shape `[B, N, 3]` or `[N, 3]`, Float or Double.
  ///   - second: Of the same shape and type.
  /// - Returns: The pairs and their mean distance.
  /// - Throws: ``PointCloudError`` for sets of other forms or sizes, empty ones, coordinates that are not finite, and more points
  ///   than the method takes.
  public func matching(_ first: Tensor, _ second: Tensor) throws -> Matching {
    let sets = try CloudPair(first, second, for: Self.operation)
    guard first.shape == second.shape else {
      throw PointCloudError.unsuitableInput(
        operation: Self.operation, reason: "sets of \(first.shape) and of \(second.shape) points")
    }
    var (distances, partners, bounds): ([Tensor], [Tensor], [Double]) = ([], [], [])
    for (a, b) in zip(sets.first, sets.second) {
      let (pairs, bound) = try assignment(a.detached(), b.detached())
      let offsets = a - b.selected(axis: 0, at: pairs.converted(to: .int64))
      distances.append(
        (measure == .squared ? offsets.square().sum(axis: 1) : offsets.norm(axis: 1)).mean())
      partners.append(pairs)
      bounds.append(bound)
    }
    return Matching(
      distance: sets.joined(distances), partners: sets.joined(partners), lowerBounds: bounds)
  }

  private static let operation = "earth mover's distance"

  private func assignment(_ first: Tensor, _ second: Tensor) throws -> (Tensor, Double) {
    let count = first.shape[0]
    let (a, b) = (
      try BoxRows.numbers(first, for: Self.operation),
      try BoxRows.numbers(second, for: Self.operation)
    )
    guard a.allSatisfy({ $0.isFinite && abs($0) < 1e100 }),
      b.allSatisfy({ $0.isFinite && abs($0) < 1e100 })
    else {
      throw PointCloudError.unsuitableInput(
        operation: Self.operation, reason: "a coordinate is not finite, or over 1e100")
    }
    guard count <= (method == .exact ? 4096 : 1 << 16) else {
      throw PointCloudError.unsuitableInput(
        operation: Self.operation, reason: "\(count) points are too many for \(method)")
    }
    var lower = 0.0
    let squared: Int32 = measure == .squared ? 1 : 0
    let partners = try Tensor(shape: [count], of: Int32.self) { target in
      let status =
        switch method {
        case .exact:
          ckernels_assign_exact(a, b, Int64(count), squared, target.baseAddress, &lower)
        case .auction(let epsilon):
          ckernels_assign_auction(
            a, b, Int64(count), squared, epsilon, target.baseAddress, &lower)
        }
      guard status == 0 else {
        throw PointCloudError.libraryFailed(operation: Self.operation, reason: "memory is short")
      }
    }
    return (partners, lower / Double(count))
  }
}

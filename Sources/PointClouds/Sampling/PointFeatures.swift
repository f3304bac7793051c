import CKernels
public import Tensors

/// How the features of points lie in a tensor.
public enum FeatureLayout: Sendable, CaseIterable {
  /// `[B, C, N]` or `[C, N]`: one row for each channel, as PyTorch's one-dimensional convolutions take them.
  case channelsFirst
  /// `[B, N, C]` or `[N, C]`: one row for each point, as coordinates are kept.
  case pointsFirst
}

/// Features of points gathered at places that tables of numbers name.
///
/// Gradients flow to the features, any number of times: gathering and its transpose are each other's derivative. Sums run in the
/// order of the places on one thread each, so that no bit depends on the number of threads.
extension Tensor {
  /// The features of the points that `indices` name: grouping (`[B, M, K]` numbers) and gathering (`[B, M]` numbers).
  ///
  /// - Parameters:
  ///   - indices: Numbers of points, Int32, with the batch of the features first; -1 stands for zeros.
  ///   - layout: How this tensor's features lie; Float or Double.
  /// - Returns: This shape with the axes of the indices (without the batch) in place of the points.
  public func gatheringPoints(at indices: Tensor, layout: FeatureLayout = .channelsFirst) -> Tensor
  {
    let table = FeatureTable(indices, terms: 1, weights: nil, features: self, layout: layout)
    return table.gather(self).reshaped(table.shape(shape, indices.shape))
  }

  /// The weighted sums of the features of the points that `indices` name: interpolation.
  ///
  /// Gradients flow to the features, not to the weights.
  ///
  /// - Parameters:
  ///   - indices: `[B, Q, K]` or `[Q, K]` numbers of points, Int32; -1 stands for zeros.
  ///   - weights: Of the indices' shape, of this element type.
  ///   - layout: How this tensor's features lie; Float or Double.
  /// - Returns: `[B, C, Q]` or `[B, Q, C]`, without B where there is none.
  public func interpolatingPoints(
    at indices: Tensor, weights: Tensor, layout: FeatureLayout = .channelsFirst
  ) -> Tensor {
    precondition(
      weights.shape == indices.shape && weights.elementType == elementType,
      "weights \(weights.shape) of \(weights.elementType) for indices \(indices.shape) and features of \(elementType)"
    )
    precondition(indices.rank == rank, "indices \(indices.shape) for features \(shape)")
    let table = FeatureTable(
      indices, terms: indices.shape[rank - 1], weights: weights.detached(), features: self,
      layout: layout)
    return table.gather(self)
      .reshaped(table.shape(shape, Array(indices.shape.dropLast())))
  }
}

/// Which points' features make up each place, with which weights.
private struct FeatureTable: Sendable {
  let indices: Tensor
  let weights: Tensor?
  let layout: FeatureLayout
  let isBatched: Bool
  let batch: Int
  let channels: Int
  let points: Int
  let places: Int
  let terms: Int

  init(
    _ indices: Tensor, terms: Int, weights: Tensor?, features: Tensor, layout: FeatureLayout
  ) {
    let rank = features.rank
    precondition(
      (rank == 2 || rank == 3)
        && (features.elementType == .float32 || features.elementType == .float64),
      "features are [B, C, N] or [C, N] of real numbers, not \(features.shape) of \(features.elementType)"
    )
    precondition(indices.elementType == .int32, "indices are int32, not \(indices.elementType)")
    isBatched = rank == 3
    batch = isBatched ? features.shape[0] : 1
    precondition(
      indices.rank >= rank - 1 && (!isBatched || indices.shape[0] == batch),
      "indices \(indices.shape) for features \(features.shape)")
    channels = features.shape[rank - (layout == .channelsFirst ? 2 : 1)]
    points = features.shape[rank - (layout == .channelsFirst ? 1 : 2)]
    places = indices.shape.dropFirst(isBatched ? 1 : 0).reduce(1, *) / max(terms, 1)
    self.indices = indices
    self.terms = terms
    self.weights = weights
    self.layout = layout
    let points = points
    indices.withUnsafeElements(of: Int32.self) { numbers in
      let wrong = ckernels_first_wrong_index(
        numbers.baseAddress, Int64(numbers.count), Int64(points))
      precondition(
        wrong < 0, "index \(wrong < 0 ? 0 : numbers[Int(wrong)]) is not among \(points) points")
    }
  }

  /// The shape of the features with other axes in place of the points.
  func shape(_ features: [Int], _ indices: [Int]) -> [Int] {
    let axes = Array(indices.dropFirst(isBatched ? 1 : 0))
    let inner = layout == .channelsFirst ? [channels] + axes : axes + [channels]
    return isBatched ? [batch] + inner : inner
  }

  func gather(_ features: Tensor) -> Tensor {
    guard features.requiresGradient else { return run(features, gathers: true) }
    return differentiable("gathering points", [features]) {
      [run($0[0], gathers: true)]
    } backward: { pass in
      [pass.isNeeded[0] ? spread(pass.gradients[0]) : nil]
    }[0]
  }

  func spread(_ values: Tensor) -> Tensor {
    guard values.requiresGradient else { return run(values, gathers: false) }
    return differentiable("spreading points", [values]) {
      [run($0[0], gathers: false)]
    } backward: { pass in
      [pass.isNeeded[0] ? gather(pass.gradients[0]) : nil]
    }[0]
  }

  private func run(_ source: Tensor, gathers: Bool) -> Tensor {
    let rows = gathers ? places : points
    let inner = layout == .channelsFirst ? [channels, rows] : [rows, channels]
    let result = isBatched ? [batch] + inner : inner
    var form = ckernels_feature_shape(
      batch: Int64(batch), channels: Int64(channels), points: Int64(points), places: Int64(places),
      terms: Int64(terms), points_first: layout == .pointsFirst ? 1 : 0,
      threads: Int32(PointBatch.defaultThreads))
    return indices.withUnsafeElements(of: Int32.self) { numbers in
      if source.elementType == .float64 {
        return apply(source, result, numbers, Double.self) {
          (gathers ? ckernels_gather_double : ckernels_spread_double)(&form, $0, $1, $2, $3)
        }
      }
      return apply(source, result, numbers, Float.self) {
        (gathers ? ckernels_gather_float : ckernels_spread_float)(&form, $0, $1, $2, $3)
      }
    }
  }

  private func apply<Element: TensorElement>(
    _ source: Tensor, _ shape: [Int], _ numbers: UnsafeBufferPointer<Int32>, _ type: Element.Type,
    _ kernel: (
      UnsafePointer<Element>?, UnsafePointer<Int32>?, UnsafePointer<Element>?,
      UnsafeMutablePointer<Element>?
    ) -> Void
  ) -> Tensor {
    Tensor(shape: shape, of: Element.self) { target in
      source.withUnsafeElements(of: Element.self) { source in
        guard let weights else {
          return kernel(source.baseAddress, numbers.baseAddress, nil, target.baseAddress)
        }
        weights.withUnsafeElements(of: Element.self) { weights in
          kernel(source.baseAddress, numbers.baseAddress, weights.baseAddress, target.baseAddress)
        }
      }
    }
  }
}

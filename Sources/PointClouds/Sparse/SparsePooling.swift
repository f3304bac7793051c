internal import CKernels
public import Tensors

/// Pooling over the cells that are there: inactive ones are not zeros.
extension SparseTensor {
  /// How features are joined.
  public enum Pooling: String, Sendable, Codable, CaseIterable {
    /// The largest of each channel; of equal ones the first in the kernel's order gets the gradient.
    case max
    /// The mean over the cells under the window.
    case average
    /// The sum over the cells under the window.
    case sum
  }

  /// Features joined under a window.
  ///
  /// - Parameters:
  ///   - pooling: How they are joined.
  ///   - kernel: Places of the window.
  ///   - stride: Cells from one output to the next; the kernel's size when left out.
  ///   - padding: Cells around the grid.
  ///   - dilation: Cells from one place of the window to the next.
  ///   - striding: Which cells are put out.
  /// - Returns: Features at the coarser cells, which ascend.
  /// - Throws: ``PointCloudError`` when the window does not fit the grid.
  public func pooled(
    _ pooling: Pooling, kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0,
    dilation: PerAxis = 1, striding: SparseStriding = .denseWindow
  ) throws(PointCloudError) -> SparseTensor {
    let step = SparseStep(
      stride: stride ?? kernel, padding: padding, dilation: dilation, striding: striding)
    let window = step.window(axes: cells.axes, size: kernel)
    let (coarse, link) = try cells.coarser(window, striding)
    let threads = TorchThreads.count
    // Both books are made here, where an error can be told.
    let rules = try link.rules(upwards: false, threads: threads)
    let back = try features.requiresGradient ? link.rules(upwards: true, threads: threads) : rules
    let channels = channels
    let pooled =
      switch pooling {
      case .max: maximum(features, rules, back, channels, threads)
      case .sum: sum(features, rules, back, nil, channels, threads)
      case .average: sum(features, rules, back, counts(rules), channels, threads)
      }
    return SparseTensor(coarse, features: pooled)
  }

  /// Features of each batch joined over all of its cells.
  ///
  /// - Parameter pooling: How they are joined.
  /// - Returns: `[B, C]`; zeros for a batch without cells.
  public func globallyPooled(_ pooling: Pooling) -> Tensor {
    let width = cells.axes + 1
    var rows = [[Int64]](repeating: [], count: cells.batchCount)
    coordinates.withUnsafeElements(of: Int32.self) { all in
      for row in 0..<count { rows[Int(all[row * width])].append(Int64(row)) }
    }
    guard !rows.isEmpty else { return .zeros([0, channels], features.elementType) }
    let pooled = rows.map { rows -> Tensor in
      guard !rows.isEmpty else { return .zeros([1, channels], features.elementType) }
      let own = features.selected(axis: 0, at: Tensor(rows))
      switch pooling {
      case .max: return own.max(axes: [0], keepDims: true)
      case .average: return own.mean(axes: [0], keepDims: true)
      case .sum: return own.sum(axes: [0], keepDims: true)
      }
    }
    return .concatenated(pooled, axis: 0)
  }
}

/// Cells under each output's window.
private func counts(_ rules: SparseRules) -> [Int32] {
  [Int32](unsafeUninitializedCapacity: rules.outputCount) { target, filled in
    ckernels_sparse_counts(rules.pointer, target.baseAddress)
    filled = rules.outputCount
  }
}

private func maximum(
  _ features: Tensor, _ rules: SparseRules, _ back: SparseRules, _ channels: Int, _ threads: Int
) -> Tensor {
  let inputCount = features.shape[0]
  func run<Real: SparseReal>(_: Real.Type) -> Tensor {
    let shape = [rules.outputCount, channels]
    var values = Tensor(repeating: 0 as Int32, shape: [0])
    var rows = values
    features.withUnsafeElements(of: Real.self) { source in
      rows = Tensor(shape: shape, of: Int32.self) { rows in
        values = Tensor(shape: shape, of: Real.self) { target in
          let status = Real.maximum(
            rules, source.baseAddress, channels, threads, target.baseAddress, rows.baseAddress)
          require(status == 0, "sparse pooling: memory is short")
        }
      }
    }
    guard isRecordingGradients, features.requiresGradient else { return values }
    let (result, origin) = (values, rows)
    return differentiable("sparse maximum", [features]) { _ in
      [result]
    } backward: { pass in
      let gradient = Tensor(shape: [inputCount, channels], of: Real.self) { target in
        withElements(of: Real.self, [pass.gradients[0]]) { gradient in
          origin.withUnsafeElements(of: Int32.self) { rows in
            let status = Real.maximumGradient(
              back, gradient[0], rows.baseAddress, channels, threads, target.baseAddress)
            require(status == 0, "sparse pooling: memory is short")
          }
        }
      }
      return [gradient]
    }[0]
  }
  return features.elementType == .float64 ? run(Double.self) : run(Float.self)
}

/// Sums, or means where the cells under each window are counted.
private func sum(
  _ features: Tensor, _ rules: SparseRules, _ back: SparseRules, _ counts: [Int32]?,
  _ channels: Int, _ threads: Int
) -> Tensor {
  @Sendable func added<Real: SparseReal>(
    _: Real.Type, _ rules: SparseRules, _ source: Tensor
  ) -> Tensor {
    Tensor(shape: [rules.outputCount, channels], of: Real.self) { target in
      source.withUnsafeElements(of: Real.self) {
        let status = Real.sum(rules, $0.baseAddress, nil, channels, threads, target.baseAddress)
        require(status == 0, "sparse pooling: memory is short")
      }
    }
  }
  func run<Real: SparseReal>(_ type: Real.Type, _ weights: Tensor?) -> Tensor {
    differentiable("sparse sum", [features]) { operands in
      let sums = added(type, rules, operands[0])
      return [weights.map { sums * $0 } ?? sums]
    } backward: { pass in
      let gradient = pass.gradients[0]
      return [added(type, back, (weights.map { gradient * $0 } ?? gradient).contiguous())]
    }[0]
  }
  let shape = [rules.outputCount, 1]
  if features.elementType == .float64 {
    return run(
      Double.self, counts.map { Tensor($0.map { 1 / Double(max($0, 1)) }, shape: shape) })
  }
  return run(Float.self, counts.map { Tensor($0.map { 1 / Float(max($0, 1)) }, shape: shape) })
}

import CKernels
public import Tensors

/// Batch normalisation of rows, with ReLU and with the maximum over groups in the same pass.
///
/// Gradients flow to the rows, through statistics of their own too, and to factor and summand, once.
public struct RowNormalisation: Sendable {
  /// What is subtracted, and what the rows are divided by.
  public var statistics: RowStatistics
  /// Whether the statistics are the rows' own, so that gradients flow through them.
  public var isOwn: Bool
  /// How often each row counts, shape `[R]`, Float; nil for once.
  public var repeats: Tensor?
  /// Added to the variance.
  public var epsilon: Double
  /// Whether negative results become 0.
  public var rectifies: Bool
  private let threads = TorchThreads.count

  /// A normalisation.
  ///
  /// - Parameters:
  ///   - statistics: What is subtracted, and what the rows are divided by.
  ///   - isOwn: Whether the statistics are the rows' own, so that gradients flow through them.
  ///   - repeats: How often each row counts, shape `[R]`, Float; nil for once.
  ///   - epsilon: Added to the variance.
  ///   - rectifies: Whether negative results become 0.
  public init(
    _ statistics: RowStatistics, isOwn: Bool, repeats: Tensor? = nil, epsilon: Double = 1e-5,
    rectifies: Bool = true
  ) {
    self.statistics = statistics
    self.isOwn = isOwn
    self.repeats = repeats
    self.epsilon = epsilon
    self.rectifies = rectifies
  }

  /// Normalised rows.
  ///
  /// - Parameters:
  ///   - rows: Shape `[R, C]`, Float.
  ///   - weight: Factor of each channel, shape `[C]`.
  ///   - bias: Summand of each channel, shape `[C]`.
  /// - Returns: `[R, C]`.
  public func callAsFunction(_ rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor {
    check(rows, weight, bias)
    return differentiable("normalising rows", [rows, weight, bias]) { inputs in
      [
        Tensor(shape: rows.shape, of: Float.self) { target in
          withScaling(inputs) { scaling in
            inputs[0].withUnsafeElements(of: Float.self) {
              ckernels_row_scale(&scaling, $0.baseAddress, target.baseAddress)
            }
          }
        }
      ]
    } backward: { pass in
      gradients(pass) { scaling, values, slope, target, weight, bias in
        ckernels_row_scale_gradient(&scaling, values, slope, target, weight, bias)
      }
    }[0]
  }

  /// The largest normalised row of each group, for each channel; of equal ones the first gets the gradient.
  ///
  /// - Parameters:
  ///   - rows: Shape `[R, C]`, Float.
  ///   - starts: Where each group's rows begin, and the end of the last: `[G + 1]` Int64; no group is empty.
  ///   - weight: Factor of each channel, shape `[C]`.
  ///   - bias: Summand of each channel, shape `[C]`.
  /// - Returns: The largest values, `[G, C]`, and the rows that they come from, `[G, C]` Int32.
  public func maxima(_ rows: Tensor, starts: Tensor, weight: Tensor, bias: Tensor) -> (
    values: Tensor, rows: Tensor
  ) {
    check(rows, weight, bias)
    let shape = [starts.count - 1, rows.shape[1]]
    var places = Tensor([Int32](), shape: [0])
    let inputs = [rows, weight, bias]
    let values = Tensor(shape: shape, of: Float.self) { out in
      places = Tensor(shape: shape, of: Int32.self) { places in
        withScaling(inputs) { scaling in
          starts.withUnsafeElements(of: Int64.self) { starts in
            rows.detached().withUnsafeElements(of: Float.self) {
              ckernels_row_maxima(
                &scaling, $0.baseAddress, Int64(shape[0]), starts.baseAddress, out.baseAddress,
                places.baseAddress)
            }
          }
        }
      }
    }
    guard inputs.contains(where: \.requiresGradient) else { return (values, places) }
    let found = places
    let recorded = differentiable("maxima of rows", inputs) { _ in
      [values]
    } backward: { pass in
      found.withUnsafeElements(of: Int32.self) { found in
        starts.withUnsafeElements(of: Int64.self) { starts in
          pass.outputs[0].withUnsafeElements(of: Float.self) { maxima in
            gradients(pass) { scaling, values, slope, target, weight, bias in
              ckernels_row_maxima_gradient(
                &scaling, values, Int64(shape[0]), starts.baseAddress, maxima.baseAddress,
                found.baseAddress, slope, target, weight, bias)
            }
          }
        }
      }
    }[0]
    return (recorded, places)
  }

  private func check(_ rows: Tensor, _ weight: Tensor, _ bias: Tensor) {
    let channels = statistics.mean.shape
    precondition(
      rows.rank == 2 && rows.elementType == .float32 && [rows.shape[1]] == channels
        && weight.shape == channels && bias.shape == channels,
      "rows \(rows.shape) of \(rows.elementType), statistics \(channels), factors \(weight.shape)"
    )
  }

  private typealias Gradient = (
    inout ckernels_row_scaling, UnsafePointer<Float>?, UnsafePointer<Float>?,
    UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?
  ) -> Void

  private func gradients(_ pass: BackwardPass, _ body: Gradient) -> [Tensor?] {
    let rows = pass.inputs[0]
    let channels = rows.shape[1]
    var weight = [Float](repeating: 0, count: channels)
    var bias = weight
    func run(_ target: UnsafeMutablePointer<Float>?) {
      withScaling(pass.inputs) { scaling in
        rows.withUnsafeElements(of: Float.self) { values in
          pass.gradients[0].withUnsafeElements(of: Float.self) { slope in
            body(&scaling, values.baseAddress, slope.baseAddress, target, &weight, &bias)
          }
        }
      }
    }
    var target: Tensor?
    if pass.isNeeded[0] {
      target = Tensor(shape: rows.shape, of: Float.self) { run($0.baseAddress) }
    } else {
      run(nil)
    }
    return [
      target, pass.isNeeded[1] ? Tensor(weight) : nil, pass.isNeeded[2] ? Tensor(bias) : nil,
    ]
  }

  /// Calls `body` with factor and summand of the plain rows; inputs: rows, weight, bias.
  private func withScaling(_ inputs: [Tensor], _ body: (inout ckernels_row_scaling) -> Void) {
    let (rows, channels) = (inputs[0].shape[0], inputs[0].shape[1])
    let mean = statistics.mean.array(of: Float.self)
    let inverse = statistics.variance.array(of: Float.self).map {
      Float(1 / (Double($0) + epsilon).squareRoot())
    }
    let scale = zip(inputs[1].detached().array(of: Float.self), inverse).map { $0 * $1 }
    let bias = inputs[2].detached().array(of: Float.self)
    let shift = (0..<channels).map { bias[$0] - mean[$0] * scale[$0] }
    withOptionalElements(repeats) { repeats in
      mean.withUnsafeBufferPointer { mean in
        inverse.withUnsafeBufferPointer { inverse in
          scale.withUnsafeBufferPointer { scale in
            shift.withUnsafeBufferPointer { shift in
              var scaling = ckernels_row_scaling(
                rows: Int64(rows), channels: Int64(channels), repeats: repeats,
                scale: scale.baseAddress, shift: shift.baseAddress, mean: mean.baseAddress,
                inverse: inverse.baseAddress, rectified: rectifies ? 1 : 0,
                own_statistics: isOwn ? 1 : 0, threads: Int32(clamping: threads))
              body(&scaling)
            }
          }
        }
      }
    }
  }
}

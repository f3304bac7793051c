/// Discrete Fourier transforms.
///
/// Complex numbers are pairs: a last axis of length 2 with real and imaginary parts. `axis` counts
/// the axes without it. Forward transforms have the factor 1, inverse ones 1 / n, unless the
/// normalisation says otherwise.
extension Tensor {
  /// Which factor a transform has.
  public enum FourierNormalization: String, Sendable {
    /// 1 forward, 1 / n backward.
    case backward
    /// 1 / sqrt(n) both ways.
    case orthonormal = "ortho"
    /// 1 / n forward, 1 backward.
    case forward
  }

  /// The transform of complex numbers.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - count: Cut or filled with zeros to this length first.
  ///   - normalization: Which factor the transform has.
  /// - Returns: `[..., 2]` for `[..., 2]`.
  public func fft(
    axis: Int = -1, count: Int? = nil, normalization: FourierNormalization = .backward
  ) -> Tensor {
    complexTransform(ATen.fft, "fft", axis, count, normalization)
  }

  /// The inverse transform of complex numbers.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - count: Cut or filled with zeros to this length first.
  ///   - normalization: Which factor the transform has.
  /// - Returns: `[..., 2]` for `[..., 2]`.
  public func inverseFFT(
    axis: Int = -1, count: Int? = nil, normalization: FourierNormalization = .backward
  ) -> Tensor {
    complexTransform(ATen.inverseFFT, "inverseFFT", axis, count, normalization)
  }

  /// The transform of real numbers: the first half of the frequencies, which determines the other.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - count: Cut or filled with zeros to this length first.
  ///   - normalization: Which factor the transform has.
  /// - Returns: `[..., 2]` with length `n / 2 + 1` along the axis.
  public func realFFT(
    axis: Int = -1, count: Int? = nil, normalization: FourierNormalization = .backward
  ) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "realFFT")
    require(
      place < rank && (count ?? shape[place]) >= 1,
      "realFFT: axis \(axis) of the shape \(shape) holds no elements")
    return ATen.realFFT(
      .tensor(self), .optional(count), .int(place), .string(normalization.rawValue))
  }

  /// The inverse of ``realFFT(axis:count:normalization:)``.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - count: Length of the result; twice the frequencies but one when left out, which is right
  ///     for even lengths.
  ///   - normalization: Which factor the transform has.
  /// - Returns: Real numbers, for `[..., 2]`.
  public func inverseRealFFT(
    axis: Int = -1, count: Int? = nil, normalization: FourierNormalization = .backward
  ) -> Tensor {
    complexTransform(ATen.inverseRealFFT, "inverseRealFFT", axis, count, normalization)
  }

  /// Products of complex numbers `[..., 2]`.
  ///
  /// - Parameter other: The second factors, in a shape that fits.
  /// - Returns: `[..., 2]`.
  public func complexProduct(_ other: Tensor) -> Tensor {
    requirePairs("complexProduct")
    other.requirePairs("complexProduct")
    Shapes.requireBroadcast("complexProduct", shape, other.shape)
    return ATen.multiply(.complex(self), .complex(other))
  }

  /// Absolute values of complex numbers `[..., 2]`.
  ///
  /// - Returns: `[...]`.
  public func complexMagnitude() -> Tensor {
    requirePairs("complexMagnitude")
    return ATen.abs(.complex(self))
  }

  /// Angles of complex numbers `[..., 2]`, in (-pi, pi].
  ///
  /// - Returns: `[...]`.
  public func complexPhase() -> Tensor {
    requirePairs("complexPhase")
    return selected(axis: -1, at: 1).atan2(selected(axis: -1, at: 0))
  }

  /// Conjugates of complex numbers `[..., 2]`.
  ///
  /// - Returns: `[..., 2]`.
  public func complexConjugate() -> Tensor {
    requirePairs("complexConjugate")
    return self * Tensor([Float(1), -1]).converted(to: elementType).beside(self)
  }

  /// Complex numbers from real and imaginary parts.
  ///
  /// - Parameters:
  ///   - real: Real parts.
  ///   - imaginary: Imaginary parts, of the same shape; zeros when left out.
  /// - Returns: `[..., 2]`.
  public static func complex(_ real: Tensor, _ imaginary: Tensor? = nil) -> Tensor {
    stacked([real, imaginary ?? real * 0], axis: -1)
  }

  private func complexTransform(
    _ called: TorchOperator, _ operation: String, _ axis: Int, _ count: Int?,
    _ normalization: FourierNormalization
  ) -> Tensor {
    requirePairs(operation)
    let lengths = Array(shape.dropLast())
    let place = Shapes.axis(axis, of: lengths, operation)
    require(
      place < lengths.count && lengths[place] >= 1 && (count ?? 1) >= 1,
      "\(operation): axis \(axis) of the complex numbers \(shape) holds no elements")
    return called(
      .complex(self), .optional(count), .int(place), .string(normalization.rawValue))
  }

  func requirePairs(_ operation: String) {
    require(
      rank >= 1 && shape[rank - 1] == 2 && (elementType == .float32 || elementType == .float64),
      """
      \(operation): elements of \(elementType) and shape \(shape) are not complex numbers \
      [..., 2] of float32 or float64
      """)
  }
}

extension ATen {
  static let fft = TorchOperator("aten::fft_fft")
  static let inverseFFT = TorchOperator("aten::fft_ifft")
  static let realFFT = TorchOperator("aten::fft_rfft")
  static let inverseRealFFT = TorchOperator("aten::fft_irfft")
}

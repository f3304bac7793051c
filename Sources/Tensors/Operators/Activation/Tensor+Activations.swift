/// Activation functions, element by element; ``Tensor/relu()``, ``Tensor/sigmoid()`` and
/// ``Tensor/tanh()`` are among the functions of single elements.
extension Tensor {
  /// The elements, or `slope` times them where they are negative.
  ///
  /// - Parameter slope: The slope for negative elements.
  /// - Returns: A tensor of this shape.
  public func leakyReLU(slope: Double = 0.01) -> Tensor {
    ATen.leakyReLU(.tensor(self), .double(slope))
  }

  /// The elements, or `weight` times them where they are negative.
  ///
  /// - Parameter weight: `[1]`, or `[C]` for an input `[B, C, ...]`.
  /// - Returns: A tensor of this shape.
  public func prelu(_ weight: Tensor) -> Tensor {
    require(
      weight.count == 1 || (rank >= 2 && weight.shape == [shape[1]]),
      "prelu: a weight of shape \(weight.shape) does not fit an input of shape \(shape)")
    return ATen.prelu(.tensor(self), .tensor(weight.reshaped([weight.count])))
  }

  /// The elements, or `alpha (exp(x) - 1)` where they are negative.
  ///
  /// - Parameter alpha: The negative of the limit.
  /// - Returns: A tensor of this shape.
  public func elu(alpha: Double = 1) -> Tensor { ATen.elu(.tensor(self), .double(alpha)) }

  /// ELU scaled so that mean 0 and variance 1 are kept (Klambauer et al., 2017).
  public func selu() -> Tensor { ATen.selu(.tensor(self)) }

  /// The elements, or `alpha (exp(x / alpha) - 1)` where they are negative.
  ///
  /// - Parameter alpha: The negative of the limit, not 0.
  /// - Returns: A tensor of this shape.
  public func celu(alpha: Double = 1) -> Tensor { ATen.celu(.tensor(self), .double(alpha)) }

  /// How the normal distribution in GELU is computed.
  public enum GELUForm: String, Sendable { case exact = "none", tanh }

  /// The elements times the normal distribution function at them.
  ///
  /// - Parameter form: Exact, or the usual approximation by tanh.
  /// - Returns: A tensor of this shape.
  /// - Note: Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
  public func gelu(_ form: GELUForm = .exact) -> Tensor {
    ATen.gelu(.tensor(self), .string(form.rawValue))
  }

  /// The elements times their logistic function (swish).
  public func silu() -> Tensor { ATen.silu(.tensor(self)) }

  /// `x tanh(softplus(x))`.
  public func mish() -> Tensor { ATen.mish(.tensor(self)) }

  /// `log(1 + exp(beta x)) / beta`.
  ///
  /// - Parameters:
  ///   - beta: Sharpness.
  ///   - threshold: Where `beta x` is above, the result is x.
  /// - Returns: A tensor of this shape.
  public func softplus(beta: Double = 1, threshold: Double = 20) -> Tensor {
    ATen.softplus(.tensor(self), .double(beta), .double(threshold))
  }

  /// `x / (1 + |x|)`.
  public func softsign() -> Tensor { self / (abs() + 1) }

  /// The elements limited to a range, with slope 0 outside.
  ///
  /// - Parameters:
  ///   - min: Lower limit.
  ///   - max: Upper limit.
  /// - Returns: A tensor of this shape.
  public func hardtanh(min: Double = -1, max: Double = 1) -> Tensor {
    ATen.hardtanh(.tensor(self), .double(min), .double(max))
  }

  /// The elements limited to 0 to 6.
  public func relu6() -> Tensor { hardtanh(min: 0, max: 6) }

  /// `x / 6 + 1 / 2`, limited to 0 to 1.
  public func hardSigmoid() -> Tensor {
    // Composed: libtorch 1.13 has no second derivatives of its own operator.
    (self + 3).relu6() / 6
  }

  /// The elements times ``hardSigmoid()``.
  public func hardSwish() -> Tensor { ATen.hardSwish(.tensor(self)) }

  /// Logarithms of the logistic function, exact for very negative elements.
  public func logSigmoid() -> Tensor { ATen.logSigmoid(.tensor(self)) }

  /// The first half of an axis times the logistic function of the second half.
  ///
  /// - Parameter axis: The axis, of even length.
  /// - Returns: A tensor half as long along the axis.
  public func glu(axis: Int = -1) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "glu")
    require(
      place < rank && shape[place] % 2 == 0, "glu: axis \(axis) of the shape \(shape) has no halves"
    )
    return ATen.glu(.tensor(self), .int(place))
  }

  /// The largest of `pieces` neighbouring elements along an axis.
  ///
  /// - Parameters:
  ///   - pieces: How many, a divisor of the axis' length.
  ///   - axis: The axis.
  /// - Returns: A tensor shorter along the axis by this factor.
  /// - Note: Source: Goodfellow et al., "Maxout networks", ICML 2013.
  public func maxout(pieces: Int, axis: Int = 1) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "maxout")
    require(
      place < rank && pieces >= 1 && shape[place] % pieces == 0,
      "maxout: axis \(axis) of the shape \(shape) does not fall into pieces of \(pieces)")
    var split = shape
    split[place] /= pieces
    split.insert(pieces, at: place + 1)
    return reshaped(split).max(axis: place + 1)
  }
}

extension ATen {
  static let leakyReLU = TorchOperator("aten::leaky_relu")
  static let prelu = TorchOperator("aten::prelu")
  static let elu = TorchOperator("aten::elu")
  static let selu = TorchOperator("aten::selu")
  static let celu = TorchOperator("aten::celu")
  static let gelu = TorchOperator("aten::gelu")
  static let silu = TorchOperator("aten::silu")
  static let mish = TorchOperator("aten::mish")
  static let softplus = TorchOperator("aten::softplus")
  static let hardtanh = TorchOperator("aten::hardtanh")
  static let hardSwish = TorchOperator("aten::hardswish")
  static let logSigmoid = TorchOperator("aten::log_sigmoid")
  static let glu = TorchOperator("aten::glu")
}

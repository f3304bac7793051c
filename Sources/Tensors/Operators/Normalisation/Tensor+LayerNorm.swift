/// Normalisation of single examples.
extension Tensor {
  /// The last axes normalised to mean 0 and variance 1, then scaled and shifted.
  ///
  /// - Parameters:
  ///   - axes: How many of the last axes are taken together.
  ///   - weight: Of the shape of these axes; ones when left out.
  ///   - bias: Of the same shape; zeros when left out.
  ///   - epsilon: Added to the variance.
  /// - Returns: A tensor of this shape.
  /// - Note: Source: Ba et al., "Layer normalization", 2016.
  public func layerNorm(
    axes: Int = 1, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    let normal = lastAxes(axes, "layerNorm", [weight, bias])
    return ATen.layerNorm(
      .tensor(self), .ints(normal), .optional(weight), .optional(bias), .double(epsilon),
      .bool(false))
  }

  /// The last axes divided by their root mean square, then scaled.
  ///
  /// - Parameters:
  ///   - axes: How many of the last axes are taken together.
  ///   - weight: Of the shape of these axes; ones when left out.
  ///   - epsilon: Added to the mean square.
  /// - Returns: A tensor of this shape.
  /// - Note: Source: Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019.
  public func rmsNorm(axes: Int = 1, weight: Tensor? = nil, epsilon: Double = 1e-6) -> Tensor {
    _ = lastAxes(axes, "rmsNorm", [weight])
    let together = Array(rank - axes..<rank)
    let scale = (square().mean(axes: together, keepDims: true) + epsilon).rsqrt()
    return weight.map { self * scale * $0 } ?? self * scale
  }

  /// Groups of channels normalised to mean 0 and variance 1, then each channel scaled and shifted.
  ///
  /// - Parameters:
  ///   - groups: Number of groups, a divisor of the number of channels.
  ///   - weight: `[C]`; ones when left out.
  ///   - bias: `[C]`; zeros when left out.
  ///   - epsilon: Added to the variance.
  /// - Returns: A tensor of this shape, `[B, C, ...]`.
  /// - Note: Source: Wu and He, "Group normalization", ECCV 2018.
  public func groupNorm(
    groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    requireChannels("groupNorm", axis: 1, [weight, bias])
    require(
      groups >= 1 && shape[1] % groups == 0,
      "groupNorm: the channels of an input of shape \(shape) do not fall into \(groups) groups")
    return ATen.groupNorm(
      .tensor(self), .int(groups), .optional(weight), .optional(bias), .double(epsilon),
      .bool(false))
  }

  /// Each channel of each example normalised over its spatial axes, then scaled and shifted.
  ///
  /// - Parameters:
  ///   - weight: `[C]`; ones when left out.
  ///   - bias: `[C]`; zeros when left out.
  ///   - epsilon: Added to the variance.
  /// - Returns: A tensor of this shape, `[B, C, spatial...]`.
  /// - Note: Source: Ulyanov et al., "Instance normalization", 2016.
  public func instanceNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    requireChannels("instanceNorm", axis: 1, [weight, bias])
    require(
      rank >= 3 && shape[2...].reduce(1, *) > 1,
      "instanceNorm: an input of shape \(shape) has no two values in a channel to compare")
    return ATen.instanceNorm(
      .tensor(self), .optional(weight), .optional(bias), .none, .none, .bool(true), .double(0),
      .double(epsilon), .bool(false))
  }

  /// The input over its largest norm: vectors along an axis scaled to length 1.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - order: Order of the norm.
  ///   - epsilon: Norms below are taken for it.
  /// - Returns: A tensor of this shape.
  public func normalized(axis: Int = 1, order: Double = 2, epsilon: Double = 1e-12) -> Tensor {
    self / norm(axis: axis, order: order, keepDims: true).clamped(min: epsilon)
  }

  private func lastAxes(_ axes: Int, _ operation: String, _ parameters: [Tensor?]) -> [Int] {
    require(
      axes >= 1 && axes <= rank, "\(operation): an input of shape \(shape) has no \(axes) axes")
    let last = Array(shape.suffix(axes))
    for case .some(let parameter) in parameters {
      require(
        parameter.shape == last,
        """
        \(operation): a parameter of shape \(parameter.shape) for the last axes \(last) of an \
        input of shape \(shape)
        """)
    }
    return last
  }
}

extension ATen {
  static let layerNorm = TorchOperator("aten::layer_norm")
  static let groupNorm = TorchOperator("aten::group_norm")
  static let instanceNorm = TorchOperator("aten::instance_norm")
}

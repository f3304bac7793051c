/// Losses between real numbers; this tensor holds the predictions, and shapes must be equal.
extension Tensor {
  /// Squared differences (L2).
  ///
  /// - Parameters:
  ///   - target: What should have been predicted.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func mseLoss(_ target: Tensor, reduction: Reduction = .mean) -> Tensor {
    requireSameShape("mseLoss", target)
    return reduction.finished(
      ATen.mseLoss(.tensor(self), .tensor(target), reduction.argument), batch: shape)
  }

  /// Absolute differences.
  ///
  /// - Parameters:
  ///   - target: What should have been predicted.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func l1Loss(_ target: Tensor, reduction: Reduction = .mean) -> Tensor {
    requireSameShape("l1Loss", target)
    return reduction.finished(
      ATen.l1Loss(.tensor(self), .tensor(target), reduction.argument), batch: shape)
  }

  /// Differences d, as `d^2 / (2 beta)` where they are below `beta` and `|d| - beta / 2` elsewhere.
  ///
  /// - Parameters:
  ///   - target: What should have been predicted.
  ///   - beta: Where the parabola ends; not negative.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func smoothL1Loss(
    _ target: Tensor, beta: Double = 1, reduction: Reduction = .mean
  ) -> Tensor {
    requireSameShape("smoothL1Loss", target)
    require(beta >= 0, "smoothL1Loss: beta is \(beta)")
    return reduction.finished(
      ATen.smoothL1Loss(.tensor(self), .tensor(target), reduction.argument, .double(beta)),
      batch: shape)
  }

  /// Differences d, as `d^2 / 2` where they are below `delta` and `delta (|d| - delta / 2)`
  /// elsewhere.
  ///
  /// - Parameters:
  ///   - target: What should have been predicted.
  ///   - delta: Where the parabola ends; above 0.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  /// - Note: Source: Huber, "Robust estimation of a location parameter", 1964.
  public func huberLoss(
    _ target: Tensor, delta: Double = 1, reduction: Reduction = .mean
  ) -> Tensor {
    requireSameShape("huberLoss", target)
    require(delta > 0, "huberLoss: delta is \(delta)")
    return reduction.finished(
      ATen.huberLoss(.tensor(self), .tensor(target), reduction.argument, .double(delta)),
      batch: shape)
  }

  /// The Kullback-Leibler divergence of logarithms of probabilities from target probabilities:
  /// `target (log(target) - x)`.
  ///
  /// - Parameters:
  ///   - target: Probabilities, or their logarithms.
  ///   - logTarget: Whether they are logarithms.
  ///   - reduction: What becomes of the single terms; the divergence itself is the batch mean.
  /// - Returns: The loss.
  public func klDivergence(
    _ target: Tensor, logTarget: Bool = false, reduction: Reduction = .batchMean
  ) -> Tensor {
    requireSameShape("klDivergence", target)
    return reduction.finished(
      ATen.klDivergence(
        .tensor(self), .tensor(target), reduction.argument, .bool(logTarget)), batch: shape)
  }

  func requireSameShape(_ operation: String, _ target: Tensor) {
    require(
      shape == target.shape,
      "\(operation): predictions of shape \(shape) and targets of shape \(target.shape)")
  }
}

extension ATen {
  static let mseLoss = TorchOperator("aten::mse_loss")
  static let l1Loss = TorchOperator("aten::l1_loss")
  static let smoothL1Loss = TorchOperator("aten::smooth_l1_loss")
  static let huberLoss = TorchOperator("aten::huber_loss")
  static let klDivergence = TorchOperator("aten::kl_div")
}

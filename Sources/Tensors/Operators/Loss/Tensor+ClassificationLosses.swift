/// Losses of class scores; this tensor holds the scores, `[B, C, ...]` or `[C]`.
extension Tensor {
  /// The negative logarithm of the softmax probability of the right class.
  ///
  /// - Parameters:
  ///   - labels: The right classes, integers `[B, ...]`, or probabilities of the scores' shape.
  ///   - weight: `[C]`, the weight of each class.
  ///   - ignoring: A label that does not count.
  ///   - labelSmoothing: Share of the label that is spread over all classes, 0 to 1.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func crossEntropy(
    _ labels: Tensor, weight: Tensor? = nil, ignoring: Int = -100, labelSmoothing: Double = 0,
    reduction: Reduction = .mean
  ) -> Tensor {
    require(
      labelSmoothing >= 0 && labelSmoothing <= 1,
      "crossEntropy: a label smoothing of \(labelSmoothing)")
    let targets: Tensor
    if labels.elementType.isFloatingPoint {
      requireSameShape("crossEntropy", labels)
      targets = labels
    } else {
      targets = labels.classLabels("crossEntropy", for: self)
    }
    requireClassWeight("crossEntropy", weight)
    return reduction.finished(
      ATen.crossEntropy(
        .tensor(self), .tensor(targets), .optional(weight), reduction.argument, .int(ignoring),
        .double(labelSmoothing)), batch: shape)
  }

  /// The negative of the right class' element; this tensor holds logarithms of probabilities.
  ///
  /// - Parameters:
  ///   - labels: The right classes, integers `[B, ...]`.
  ///   - weight: `[C]`, the weight of each class.
  ///   - ignoring: A label that does not count.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func nllLoss(
    _ labels: Tensor, weight: Tensor? = nil, ignoring: Int = -100, reduction: Reduction = .mean
  ) -> Tensor {
    requireClassWeight("nllLoss", weight)
    return reduction.finished(
      ATen.nllLoss(
        .tensor(self), .tensor(labels.classLabels("nllLoss", for: self)), .optional(weight),
        reduction.argument, .int(ignoring)), batch: shape)
  }

  /// The hinge loss of several classes: the mean over the classes c but the right one y of
  /// `max(0, margin - x[y] + x[c])^power`.
  ///
  /// - Parameters:
  ///   - labels: The right classes, integers `[B]`.
  ///   - power: 1 or 2.
  ///   - margin: By how much the right class should win.
  ///   - weight: `[C]`, the weight of each class.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func multiMarginLoss(
    _ labels: Tensor, power: Int = 1, margin: Double = 1, weight: Tensor? = nil,
    reduction: Reduction = .mean
  ) -> Tensor {
    require(rank <= 2, "multiMarginLoss: scores of shape \(shape) are not [B, C]")
    require(power == 1 || power == 2, "multiMarginLoss: the power \(power) is neither 1 nor 2")
    requireClassWeight("multiMarginLoss", weight)
    return reduction.finished(
      ATen.multiMarginLoss(
        .tensor(self), .tensor(labels.classLabels("multiMarginLoss", for: self)), .int(power),
        .double(margin), .optional(weight), reduction.argument), batch: shape)
  }

  /// The negative logarithm of the probability of each element's target; this tensor holds
  /// probabilities.
  ///
  /// Logarithms are limited to -100 from below.
  ///
  /// - Parameters:
  ///   - target: Of this shape, 0 to 1.
  ///   - weight: Weight of each element; can be stretched to this shape.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func binaryCrossEntropy(
    _ target: Tensor, weight: Tensor? = nil, reduction: Reduction = .mean
  ) -> Tensor {
    requireSameShape("binaryCrossEntropy", target)
    return reduction.finished(
      ATen.binaryCrossEntropy(
        .tensor(self), .tensor(target), .optional(weight), reduction.argument), batch: shape)
  }

  /// As ``binaryCrossEntropy(_:weight:reduction:)``, of scores before the logistic function; exact
  /// for large ones.
  ///
  /// - Parameters:
  ///   - target: Of this shape, 0 to 1.
  ///   - weight: Weight of each element; can be stretched to this shape.
  ///   - positiveWeight: Weight of the targets that are 1; can be stretched to this shape.
  ///   - reduction: What becomes of the single losses.
  /// - Returns: The loss.
  public func binaryCrossEntropyWithLogits(
    _ target: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
    reduction: Reduction = .mean
  ) -> Tensor {
    requireSameShape("binaryCrossEntropyWithLogits", target)
    return reduction.finished(
      ATen.binaryCrossEntropyWithLogits(
        .tensor(self), .tensor(target), .optional(weight), .optional(positiveWeight),
        reduction.argument), batch: shape)
  }

  /// These labels as Int64, checked against the shape of the scores.
  private func classLabels(_ operation: String, for scores: Tensor) -> Tensor {
    var expected = scores.shape
    if scores.rank >= 1 { expected.remove(at: scores.rank == 1 ? 0 : 1) }
    require(
      scores.rank >= 1 && !elementType.isFloatingPoint && elementType != .bool
        && shape == expected,
      """
      \(operation): labels of \(elementType) and shape \(shape) for scores of shape \
      \(scores.shape); expected are integers of shape \(expected)
      """)
    return converted(to: .int64)
  }

  private func requireClassWeight(_ operation: String, _ weight: Tensor?) {
    guard let weight else { return }
    let classes = rank == 1 ? shape[0] : rank == 0 ? 0 : shape[1]
    require(
      weight.shape == [classes],
      "\(operation): weights of shape \(weight.shape) for scores of shape \(shape)")
  }
}

extension ATen {
  static let crossEntropy = TorchOperator("aten::cross_entropy_loss")
  static let nllLoss = TorchOperator("aten::nll_loss_nd")
  static let multiMarginLoss = TorchOperator("aten::multi_margin_loss")
  static let binaryCrossEntropy = TorchOperator("aten::binary_cross_entropy")
  static let binaryCrossEntropyWithLogits =
    TorchOperator("aten::binary_cross_entropy_with_logits")
}

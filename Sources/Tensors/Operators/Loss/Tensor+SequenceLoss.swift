/// The loss of sequences without alignment.
extension Tensor {
  /// Connectionist temporal classification: the negative logarithm of the probability of all
  /// alignments of a target with an input.
  ///
  /// This tensor holds logarithms of probabilities, `[T, B, C]`.
  ///
  /// - Parameters:
  ///   - targets: `[B, S]` Int64, no blanks; what lies behind a target's end is not read.
  ///   - inputLengths: Number of times of each example, at most T.
  ///   - targetLengths: Length of each target, at most S.
  ///   - blank: The class that means nothing.
  ///   - zeroInfinity: Whether the loss of impossible targets is 0 instead of infinite.
  ///   - reduction: `mean` divides each loss by its target's length first.
  /// - Returns: The loss.
  /// - Note: Source: Graves et al., "Connectionist temporal classification", ICML 2006.
  public func ctcLoss(
    _ targets: Tensor, inputLengths: [Int], targetLengths: [Int], blank: Int = 0,
    zeroInfinity: Bool = false, reduction: Reduction = .mean
  ) -> Tensor {
    let fits =
      rank == 3 && targets.rank == 2 && targets.shape[0] == shape[1]
      && inputLengths.count == shape[1] && targetLengths.count == shape[1]
      && inputLengths.allSatisfy { $0 >= 0 && $0 <= shape[0] }
      && targetLengths.allSatisfy { $0 >= 0 && $0 <= targets.shape[1] }
      && blank >= 0 && blank < shape[2]
    require(
      fits,
      """
      ctcLoss: scores of shape \(shape), targets of shape \(targets.shape), lengths \
      \(inputLengths) and \(targetLengths) and the blank \(blank) do not fit together
      """)
    return reduction.finished(
      ATen.ctcLoss(
        .tensor(self), .tensor(targets.converted(to: .int64)), .ints(inputLengths),
        .ints(targetLengths), .int(blank), reduction.argument, .bool(zeroInfinity)),
      batch: [shape[1]])
  }
}

extension ATen {
  static let ctcLoss = TorchOperator("aten::ctc_loss", "IntList")
}

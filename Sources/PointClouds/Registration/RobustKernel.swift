import CKernels

/// How the weight of a pair of points falls with its residual.
///
/// The width is in metres: what a residual of correct pairs seldom exceeds. Weights are those of iteratively reweighted least
/// squares.
public enum RobustKernel: Sendable, Equatable {
  /// Weight 1 at any residual.
  case leastSquares
  /// Weight 1 up to the width w, then `w / r`.
  case huber(width: Double)
  /// Weight `1 / (1 + (r / w)²)`.
  case cauchy(width: Double)
  /// Weight `1 / (1 + (r / w)²)²`: far pairs hardly count at all.
  case gemanMcClure(width: Double)

  /// The kernel's number in the C interface and its width.
  var parts: (number: Int32, width: Double) {
    switch self {
    case .leastSquares: (Int32(CKERNELS_LEAST_SQUARES), 1)
    case .huber(let width): (Int32(CKERNELS_HUBER), width)
    case .cauchy(let width): (Int32(CKERNELS_CAUCHY), width)
    case .gemanMcClure(let width): (Int32(CKERNELS_GEMAN_MCCLURE), width)
    }
  }
}

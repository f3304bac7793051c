/// How far a corner of a box may be off while the boxes still overlap enough.
///
/// - Note: Source: Law and Deng, "CornerNet", ECCV 2018: the least of three cases, both corners
///   moved apart, both moved inside, both moved alike.
public enum PeakRadius {
  /// The greatest shift that keeps an intersection over union.
  ///
  /// - Parameters:
  ///   - length: Length of the box.
  ///   - width: Width of the box.
  ///   - overlap: The least intersection over union, above 0 and below 1.
  /// - Returns: The shift, in the unit of length and width.
  public static func exact(length: Double, width: Double, overlap: Double) -> Double {
    let (sum, area) = (length + width, length * width)
    // Along the diagonal: (l - r)(w - r) / (2 l w - (l - r)(w - r)) = overlap.
    let alike = smaller(1, -sum, area * (1 - overlap) / (1 + overlap))
    // Inside: (l - 2 r)(w - 2 r) = overlap l w.
    let inside = smaller(4, -2 * sum, area * (1 - overlap))
    // Apart: overlap (l + 2 r)(w + 2 r) = l w.
    let root = (sum * sum * overlap * overlap + 4 * overlap * area * (1 - overlap)).squareRoot()
    let apart = (root - overlap * sum) / (4 * overlap)
    return min(alike, inside, apart)
  }

  /// The radius as CornerNet's program and those that took it over compute it, CenterPoint's and OpenPCDet's among them.
  ///
  /// - Parameters:
  ///   - length: Length of the box.
  ///   - width: Width of the box.
  ///   - overlap: The least intersection over union, above 0 and below 1.
  /// - Returns: A number that is no solution of the equations, in the unit of length and width.
  public static func published(length: Double, width: Double, overlap: Double) -> Double {
    let (sum, area) = (length + width, length * width)
    let first = (sum * sum - 4 * area * (1 - overlap) / (1 + overlap)).squareRoot()
    let second = (4 * sum * sum - 16 * area * (1 - overlap)).squareRoot()
    let third =
      (4 * overlap * overlap * sum * sum + 16 * overlap * area * (1 - overlap)).squareRoot()
    return min((sum + first) / 2, (2 * sum + second) / 2, (third - 2 * overlap * sum) / 2)
  }

  /// The smaller root of a quadratic equation.
  private static func smaller(_ a: Double, _ b: Double, _ c: Double) -> Double {
    (-b - max(0, b * b - 4 * a * c).squareRoot()) / (2 * a)
  }
}

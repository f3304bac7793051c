/// A pair of points that an invertible map of the plane should join.
public struct PlanePair: Sendable, Equatable {
  /// The point before the map.
  public var source: Vector2
  /// The point after the map.
  public var target: Vector2

  /// A pair.
  ///
  /// - Parameters:
  ///   - source: The point before the map.
  ///   - target: The point after the map.
  public init(source: Vector2, target: Vector2) {
    self.source = source
    self.target = target
  }
}

/// Why points determine no homography.
public enum HomographyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer than four pairs.
  case tooFewPairs(Int)
  /// A coordinate is not a finite number.
  case nonFinite(pair: Int)
  /// Three of four points, or all but one of more, lie on a line.
  case collinearPoints
  /// No sample is supported by enough pairs.
  case noConsensus(best: Int, of: Int)

  /// The reason in words.
  public var description: String {
    switch self {
    case .tooFewPairs(let count): "a homography needs 4 pairs of points, \(count) are given"
    case .nonFinite(let pair): "pair \(pair) holds a number that is not finite"
    case .collinearPoints: "the points lie on a line, or all but one: they determine no homography"
    case .noConsensus(let best, let count):
      "no homography fits: the best agrees with \(best) of \(count) pairs"
    }
  }
}

/// A projective map of the plane onto itself: `(u, v, 1) ~ H (x, y, 1)`.
public struct Homography: Sendable, Equatable {
  /// The matrix; a common factor has no meaning.
  public var matrix: Matrix3

  /// The map that changes nothing.
  public static let identity = Homography(matrix: .identity)

  /// A map from its matrix.
  ///
  /// - Parameter matrix: An invertible matrix.
  public init(matrix: Matrix3) { self.matrix = matrix }

  /// The point after the map; nil when it goes to infinity.
  ///
  /// - Parameter point: The point before the map.
  /// - Returns: The point after it.
  public func apply(to point: Vector2) -> Vector2? {
    HomogeneousPoint(coordinates: matrix * Vector3(point.x, point.y, 1)).point
  }

  /// A line after the map.
  ///
  /// - Parameter line: The line before the map.
  /// - Returns: The line after it.
  public func apply(to line: HomogeneousLine) -> HomogeneousLine {
    HomogeneousLine(coefficients: matrix.inverse.transpose * line.coefficients)
  }

  /// The map back, scaled to a lower right element of 1 where that is not 0.
  public var inverse: Homography { Homography(matrix: matrix.inverse).normalized }

  /// The same map with a lower right element of 1, unless that is 0.
  public var normalized: Homography {
    let last = matrix.rows[2].z
    return last == 0 ? self : Homography(matrix: Matrix3(rows: matrix.rows.map { $0 / last }))
  }

  /// First `right`, then `left`.
  public static func * (left: Homography, right: Homography) -> Homography {
    Homography(matrix: left.matrix * right.matrix)
  }

  /// Fits a homography to all pairs.
  ///
  /// - Parameter pairs: At least four, no three of four sources on a line.
  /// - Throws: ``HomographyError``.
  /// - Note: Source: Hartley and Zisserman, "Multiple View Geometry", 2nd edition, algorithm 4.2 (normalised DLT).
  public init(fitting pairs: [PlanePair]) throws {
    guard pairs.count >= 4 else { throw HomographyError.tooFewPairs(pairs.count) }
    if let index = pairs.firstIndex(where: { !($0.source.isFinite && $0.target.isFinite) }) {
      throw HomographyError.nonFinite(pair: index)
    }
    guard
      let from = PlaneNormalisation(pairs.map(\.source)),
      let to = PlaneNormalisation(pairs.map(\.target))
    else { throw HomographyError.collinearPoints }
    var system = LeastSquaresRows(columns: 9)
    for pair in pairs {
      let (p, q) = (from.apply(pair.source), to.apply(pair.target))
      var row = [p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, -q.x]
      system.add(&row)
      row = [0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, -q.y]
      system.add(&row)
    }
    let (values, vectors) = system.singular
    guard values[7] > 1e-9 * values[0] else { throw HomographyError.collinearPoints }
    let local = Matrix3(rowMajor: vectors[8])
    // Collinear targets of general sources give a singular map.
    guard abs(local.determinant) > 1e-12 else { throw HomographyError.collinearPoints }
    self = Homography(matrix: to.matrix.inverse * local * from.matrix).normalized
  }
}

extension SIMD2 where Scalar == Double {
  fileprivate var isFinite: Bool { x.isFinite && y.isFinite }
}

/// Moves points to mean 0 and scales them to a mean distance of √2.
private struct PlaneNormalisation {
  let centre: Vector2
  let scale: Double

  init?(_ points: [Vector2]) {
    let count = Double(points.count)
    let centre = points.reduce(Vector2.zero) { $0 + $1 / count }
    let spread = points.reduce(0.0) { sum, point in
      let offset = point - centre
      return sum + (offset * offset).sum().squareRoot() / count
    }
    guard spread > 1e-100, spread.isFinite else { return nil }
    self.centre = centre
    scale = 2.squareRoot() / spread
  }

  func apply(_ point: Vector2) -> Vector2 { (point - centre) * scale }

  var matrix: Matrix3 {
    Matrix3(rows: [
      Vector3(scale, 0, -scale * centre.x), Vector3(0, scale, -scale * centre.y), Vector3(0, 0, 1),
    ])
  }
}

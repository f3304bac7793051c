/// A point of the projective plane: `(x, y, w)` stands for `(x/w, y/w)`, with w = 0 for a point at infinity.
///
/// ```swift
/// let horizon = HomogeneousPoint(direction: [1, 0])
/// let line = HomogeneousLine(through: HomogeneousPoint([0, 2]), horizon)
/// line.distance(to: [5, 3])  // 1
/// ```
public struct HomogeneousPoint: Sendable, Equatable {
  /// The three coordinates; a common factor has no meaning.
  public var coordinates: Vector3

  /// A point from its homogeneous coordinates.
  ///
  /// - Parameter coordinates: Not all 0.
  public init(coordinates: Vector3) { self.coordinates = coordinates }

  /// A finite point.
  ///
  /// - Parameter point: Its position.
  public init(_ point: Vector2) { coordinates = Vector3(point.x, point.y, 1) }

  /// The point at infinity in which all lines of a direction meet.
  ///
  /// - Parameter direction: The direction; not 0.
  public init(direction: Vector2) { coordinates = Vector3(direction.x, direction.y, 0) }

  /// The point in which two lines meet; at infinity for parallel lines.
  ///
  /// - Parameters:
  ///   - first: A line.
  ///   - second: Another line.
  public init(on first: HomogeneousLine, _ second: HomogeneousLine) {
    coordinates = first.coefficients.cross(second.coefficients)
  }

  /// The position; nil for a point at infinity, to within rounding.
  public var point: Vector2? {
    let size = max(abs(coordinates.x), abs(coordinates.y))
    guard abs(coordinates.z) > 1e-14 * size, coordinates.z.isFinite else { return nil }
    let point = Vector2(coordinates.x, coordinates.y) / coordinates.z
    return point.x.isFinite && point.y.isFinite ? point : nil
  }

  /// Whether two triples stand for the same point.
  ///
  /// - Parameters:
  ///   - other: The other point.
  ///   - tolerance: Largest angle between the two triples, radians.
  /// - Returns: Whether they do.
  public func isSame(as other: HomogeneousPoint, tolerance: Double = 1e-12) -> Bool {
    let cross = coordinates.cross(other.coordinates).length
    return cross <= tolerance * coordinates.length * other.coordinates.length
  }
}

/// A line of the projective plane: all points with `a x + b y + c w = 0`.
public struct HomogeneousLine: Sendable, Equatable {
  /// The three coefficients; a common factor has no meaning.
  public var coefficients: Vector3

  /// The line at infinity.
  public static let infinity = HomogeneousLine(coefficients: Vector3(0, 0, 1))

  /// A line from its coefficients.
  ///
  /// - Parameter coefficients: Not all 0.
  public init(coefficients: Vector3) { self.coefficients = coefficients }

  /// The line through two different points.
  ///
  /// - Parameters:
  ///   - first: A point.
  ///   - second: Another point.
  public init(through first: HomogeneousPoint, _ second: HomogeneousPoint) {
    coefficients = first.coordinates.cross(second.coordinates)
  }

  /// Distance from the line, positive on the side that `(a, b)` points to.
  ///
  /// - Parameter point: A point.
  /// - Returns: The signed distance; not a number for the line at infinity.
  public func distance(to point: Vector2) -> Double {
    let (a, b) = (coefficients.x, coefficients.y)
    return (a * point.x + b * point.y + coefficients.z) / (a * a + b * b).squareRoot()
  }

  /// Whether a point lies on the line.
  ///
  /// - Parameters:
  ///   - point: A point, at infinity or not.
  ///   - tolerance: Largest cosine of the angle between the two triples.
  /// - Returns: Whether it does.
  public func contains(_ point: HomogeneousPoint, tolerance: Double = 1e-12) -> Bool {
    let product = abs(coefficients.dot(point.coordinates))
    return product <= tolerance * coefficients.length * point.coordinates.length
  }
}

/// A point of projective space: `(x, y, z, w)` stands for `(x/w, y/w, z/w)`, with w = 0 for a point at infinity.
public struct HomogeneousSpacePoint: Sendable, Equatable {
  /// The four coordinates; a common factor has no meaning.
  public var coordinates: SIMD4<Double>

  /// A point from its homogeneous coordinates.
  ///
  /// - Parameter coordinates: Not all 0.
  public init(coordinates: SIMD4<Double>) { self.coordinates = coordinates }

  /// A finite point.
  ///
  /// - Parameter point: Its position, metres.
  public init(_ point: Vector3) { coordinates = SIMD4(point, 1) }

  /// The point at infinity of a direction.
  ///
  /// - Parameter direction: The direction; not 0.
  public init(direction: Vector3) { coordinates = SIMD4(direction, 0) }

  /// The position, metres; nil for a point at infinity, to within rounding.
  public var point: Vector3? {
    let (c, w) = (Vector3(coordinates.x, coordinates.y, coordinates.z), coordinates.w)
    guard abs(w) > 1e-14 * c.length, w.isFinite else { return nil }
    let point = c / w
    return point.x.isFinite && point.y.isFinite && point.z.isFinite ? point : nil
  }

  /// The point in another frame; one at infinity is turned only.
  public static func * (pose: Pose, point: HomogeneousSpacePoint) -> HomogeneousSpacePoint {
    let c = point.coordinates
    let turned = pose.rotation.rotate(Vector3(c.x, c.y, c.z)) + pose.translation * c.w
    return HomogeneousSpacePoint(coordinates: SIMD4(turned, c.w))
  }
}

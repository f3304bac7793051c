/// A point or direction in space: metres unless its name says otherwise.
public typealias Vector3 = SIMD3<Double>

/// A point or direction in an image: pixels unless its name says otherwise.
public typealias Vector2 = SIMD2<Double>

extension SIMD3 where Scalar == Double {
  /// The scalar product with `other`.
  ///
  /// - Parameter other: The second factor.
  /// - Returns: Sum of the products of the components.
  public func dot(_ other: Self) -> Double { (self * other).sum() }

  /// The vector product with `other`, right-handed.
  ///
  /// - Parameter other: The second factor.
  /// - Returns: A vector perpendicular to both.
  public func cross(_ other: Self) -> Self {
    Self(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// Euclidean length.
  public var length: Double { dot(self).squareRoot() }

  /// The vector of length 1 in the same direction; not a number for the zero vector.
  public var normalized: Self { self / length }
}

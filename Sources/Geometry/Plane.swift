/// The plane of all points p with `normal · p + offset = 0`.
public struct Plane: Sendable, Equatable {
  /// Direction of length 1 perpendicular to the plane.
  public var normal: Vector3
  /// Signed distance of the origin from the plane; metres.
  public var offset: Double

  /// A plane from its equation, scaled so that the normal has length 1.
  ///
  /// - Parameters:
  ///   - normal: Perpendicular to the plane; any length above 0.
  ///   - offset: `-normal · p` for the plane's points p.
  public init(normal: Vector3, offset: Double) {
    let length = normal.length
    self.normal = normal / length
    self.offset = offset / length
  }

  /// The plane through a point.
  ///
  /// - Parameters:
  ///   - point: A point of the plane.
  ///   - normal: Perpendicular to the plane; any length above 0.
  public init(through point: Vector3, normal: Vector3) {
    self.init(normal: normal, offset: -normal.dot(point))
  }

  /// Distance from the plane, positive on the side that the normal points to.
  ///
  /// - Parameter point: A point; metres.
  /// - Returns: Metres.
  public func signedDistance(to point: Vector3) -> Double { normal.dot(point) + offset }

  /// The same plane with the normal reversed.
  public var flipped: Plane { Plane(normal: -normal, offset: -offset) }
}

/// A projection with its derivatives.
public struct ProjectionJacobian: Sendable, Equatable {
  /// The pixel.
  public let pixel: Vector2
  /// Derivatives of u and v by the point's coordinates, pixels per metre.
  public let point: (u: Vector3, v: Vector3)
  /// Derivatives of u and v by the camera's parameters, in the order of ``LensModel``.
  public let parameters: (u: [Double], v: [Double])

  /// Whether two are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.pixel == right.pixel && left.point == right.point && left.parameters == right.parameters
  }
}

extension CameraModel {
  /// The pixel that sees a point, with derivatives by the point and by all parameters.
  ///
  /// - Parameter point: A point in the camera's frame, metres.
  /// - Returns: Pixel and derivatives; nil where ``project(_:)`` gives nil.
  /// - Note: For many points ``LensModel/project(_:_:_:parameters:pixel:pointJacobian:parameterJacobian:)`` is faster.
  public func projectWithJacobian(_ point: Vector3) -> ProjectionJacobian? {
    guard project(point) != nil else { return nil }
    let (lens, parameters) = (lens, parameters)
    let count = lens.parameterCount
    var (pixel, byPoint) = ([0.0, 0.0], [Double](repeating: 0, count: 6))
    var byParameters = [Double](repeating: 0, count: 2 * count)
    let isSeen = lens.project(
      point.x, point.y, point.z, parameters: parameters, pixel: &pixel, pointJacobian: &byPoint,
      parameterJacobian: &byParameters)
    guard isSeen else { return nil }
    return ProjectionJacobian(
      pixel: Vector2(pixel[0], pixel[1]),
      point: (
        Vector3(byPoint[0], byPoint[1], byPoint[2]), Vector3(byPoint[3], byPoint[4], byPoint[5])
      ),
      parameters: (Array(byParameters[..<count]), Array(byParameters[count...])))
  }
}

public import Geometry

/// A point of the world and the pixel that shows it.
public struct PointPair: Sendable, Equatable {
  /// The point, metres.
  public var world: Vector3
  /// The pixel; centres at integer coordinates.
  public var pixel: Vector2

  /// A point of the world and the pixel that shows it.
  ///
  /// - Parameters:
  ///   - world: The point, metres.
  ///   - pixel: The pixel.
  public init(world: Vector3, pixel: Vector2) {
    self.world = world
    self.pixel = pixel
  }

  /// Whether all numbers are finite and small enough to be squared.
  var isUsable: Bool {
    [world.x, world.y, world.z, pixel.x, pixel.y].allSatisfy { abs($0) <= 1e100 }
  }
}

public import Tensors

/// Triangles that any number of rays can be cast at.
///
/// ```swift
/// let scene = try RaycastScene(triangles: corners)
/// let hits = try scene.cast(rays, threads: 2)
/// ```
///
/// Results depend on triangles and rays alone: not on threads, nor on the processor's instructions. Of triangles at one distance
/// the first is met.
public final class RaycastScene: Sendable {
  private let tree: BoundingVolumeHierarchy

  /// What rays met.
  public struct Hits: Sendable {
    /// Multiple of each ray's direction, shape `[N]`, Float; infinity where it meets nothing.
    public var distances: Tensor
    /// Number of the triangle, shape `[N]`, Int32; -1 for nothing.
    public var triangles: Tensor
  }

  /// Sorts the triangles.
  ///
  /// - Parameter triangles: Corners, shape `[T, 3, 3]` or `[T, 9]`, Float. Those that are not finite are never met.
  /// - Throws: ``SimulationError`` for another shape or element type.
  public init(triangles: Tensor) throws {
    guard triangles.elementType == .float32, triangles.rank >= 2,
      triangles.shape.dropFirst().reduce(1, *) == 9
    else { throw SimulationError.badRays("triangles are [T, 3, 3] of Float") }
    let none = (Float2(0, 0), Float2(0, 0), Float2(0, 0))
    let up = Float3(0, 0, 1)
    var mesh = SurfaceMesh()
    triangles.withUnsafeElements(of: Float.self) { values in
      mesh.triangles.reserveCapacity(values.count / 9)
      for place in stride(from: 0, to: values.count, by: 9) {
        func corner(_ number: Int) -> Float3 {
          let first = place + 3 * number
          return Float3(values[first], values[first + 1], values[first + 2])
        }
        mesh.addSmoothTriangle(
          corner(0), corner(1), corner(2), normals: (up, up, up), surface: none, material: 0)
      }
    }
    tree = BoundingVolumeHierarchy(mesh)
  }

  /// The nearest hit of each ray, both sides of every triangle counting.
  ///
  /// - Parameters:
  ///   - rays: Origin and direction, shape `[N, 6]`, Float; directions of any length.
  ///   - threads: Number of threads.
  /// - Returns: What each met.
  /// - Throws: ``SimulationError`` for another shape or element type.
  public func cast(_ rays: Tensor, threads: Int = 1) throws -> Hits {
    guard rays.elementType == .float32, rays.rank == 2, rays.shape[1] == 6 else {
      throw SimulationError.badRays("rays are [N, 6] of Float")
    }
    let count = rays.shape[0]
    var triangles = [Int32](repeating: -1, count: count)
    let distances = Tensor(shape: [count], of: Float.self) { target in
      rays.withUnsafeElements(of: Float.self) { rays in
        tree.forEachNearestHit(rays, threads: threads) { index, distance, triangle in
          target[index] = distance
          triangles[index] = triangle
        }
      }
    }
    return Hits(distances: distances, triangles: Tensor(triangles, shape: [count]))
  }
}

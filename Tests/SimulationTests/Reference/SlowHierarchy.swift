@testable import Simulation

/// The slow reference of the tests: triangles sorted into a tree of boxes with four children each, so that a ray meets few of them.
///
/// Four boxes and four triangles are tested at once, lane by lane. The memory is flat and immutable after building.
///
/// - Note: Source: Wald, "On fast construction of SAH-based bounding volume hierarchies", 2007 (binned
///   surface-area heuristic); Dammertz et al., "Shallow bounding volume hierarchies", 2008 (four children, collapsed).
final class SlowHierarchy: @unchecked Sendable {
  /// Seven vectors a node: low x, y, z and high x, y, z of the four children, then the children themselves: 0 or more is a
  /// node, below 0 is the complement of a block.
  let nodes: UnsafeMutablePointer<SIMD4<Float>>
  /// Ten vectors a block of up to four triangles: corner a, edges b - a and c - a, then the triangles' numbers.
  let blocks: UnsafeMutablePointer<SIMD4<Float>>
  /// The triangles as given.
  let triangles: UnsafeMutablePointer<Triangle>
  let triangleCount: Int

  static let nodeStride = 7
  static let blockStride = 10
  /// Enough for the deepest tree that the builder makes: three waiting children a level.
  static let stackCapacity = 256

  /// Builds the tree.
  init(_ mesh: SurfaceMesh) {
    triangleCount = mesh.triangles.count
    let copy = UnsafeMutableBufferPointer<Triangle>.allocate(capacity: max(triangleCount, 1))
    _ = copy.initialize(from: mesh.triangles)
    guard let triangles = copy.baseAddress else { preconditionFailure("memory of one or more") }
    self.triangles = triangles
    var builder = SlowHierarchyBuilder(triangles: triangles, count: triangleCount)
    builder.build()
    nodes = .allocate(capacity: builder.nodes.count)
    nodes.initialize(from: builder.nodes, count: builder.nodes.count)
    blocks = .allocate(capacity: max(builder.blocks.count, 1))
    blocks.initialize(from: builder.blocks, count: builder.blocks.count)
  }

  deinit {
    nodes.deallocate()
    blocks.deallocate()
    triangles.deallocate()
  }
}

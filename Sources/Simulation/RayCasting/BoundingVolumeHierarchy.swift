import CKernels

/// Where a ray meets a surface.
struct Hit {
  /// Multiple of the ray's direction; infinity when it meets nothing.
  var distance: Float
  /// The triangle's number.
  var triangle: Int32
  /// Barycentric weights of corners b and c.
  var weights: Float2

  static let none = Hit(distance: .infinity, triangle: -1, weights: Float2(0, 0))
}

/// Triangles sorted into a tree of boxes, so that a ray meets few of them; immutable after building.
///
/// The tree and its loops are the kernels' (`RayTree.h`): eight boxes or triangles at once.
final class BoundingVolumeHierarchy: @unchecked Sendable {
  fileprivate let tree: OpaquePointer
  /// The triangles as given.
  let triangles: UnsafeMutablePointer<Triangle>
  let triangleCount: Int

  /// Builds the tree.
  init(_ mesh: SurfaceMesh) {
    triangleCount = mesh.triangles.count
    let copy = UnsafeMutableBufferPointer<Triangle>.allocate(capacity: max(triangleCount, 1))
    _ = copy.initialize(from: mesh.triangles)
    guard let triangles = copy.baseAddress else { preconditionFailure("memory of one or more") }
    self.triangles = triangles
    // The three corners are the first fields of a triangle.
    guard
      let tree = ckernels_ray_tree_create(
        triangles, Int64(triangleCount), Int64(MemoryLayout<Triangle>.stride),
        Int64(MemoryLayout<Float3>.stride))
    else { preconditionFailure("no memory for \(triangleCount) triangles") }
    self.tree = tree
  }

  deinit {
    ckernels_ray_tree_release(tree)
    triangles.deallocate()
  }

  /// Uses instructions up to a level, for tests: 0 portable, 1 AVX2.
  ///
  /// - Returns: The level that is used.
  func limitInstructions(to level: Int) -> Int {
    Int(ckernels_ray_tree_limit_instructions(tree, Int32(level)))
  }

  /// Calls `body` with the number of each ray, its nearest hit's distance (infinity for none) and triangle.
  func forEachNearestHit(
    _ rays: UnsafeBufferPointer<Float>, threads: Int, _ body: (Int, Float, Int32) -> Void
  ) {
    let count = rays.count / 6
    withUnsafeTemporaryAllocation(of: ckernels_ray_hit.self, capacity: max(count, 1)) { hits in
      ckernels_rays_nearest(
        tree, rays.baseAddress, Int64(count), .infinity, Int32(clamping: threads),
        hits.baseAddress)
      for index in 0..<count {
        let hit = hits[index]
        body(index, hit.triangle < 0 ? .infinity : hit.distance, hit.triangle)
      }
    }
  }

  /// The nearest hits of many rays, six numbers each: origin and direction.
  func nearestHits(_ rays: [Float], threads: Int) -> [Hit] {
    let count = rays.count / 6
    let hits = [ckernels_ray_hit](unsafeUninitializedCapacity: count) { memory, filled in
      ckernels_rays_nearest(
        tree, rays, Int64(count), .infinity, Int32(clamping: threads), memory.baseAddress)
      filled = count
    }
    return hits.map { Hit($0) }
  }
}

extension Hit {
  @inline(__always)
  fileprivate init(_ hit: ckernels_ray_hit) {
    self.init(
      distance: hit.triangle < 0 ? .infinity : hit.distance, triangle: hit.triangle,
      weights: Float2(hit.u, hit.v))
  }
}

/// The tree as bare pointers, for loops over rays; its owner must outlive it.
struct HierarchyView: @unchecked Sendable {
  private let tree: OpaquePointer
  let triangles: UnsafePointer<Triangle>

  init(_ hierarchy: BoundingVolumeHierarchy) {
    tree = hierarchy.tree
    triangles = UnsafePointer(hierarchy.triangles)
  }

  /// The nearest hit before `limit`, both sides of every triangle counting.
  @inline(__always)
  func nearestHit(from origin: Float3, along direction: Float3, before limit: Float) -> Hit {
    var hit = ckernels_ray_hit()
    ckernels_ray_nearest(
      tree, origin.x, origin.y, origin.z, direction.x, direction.y, direction.z, limit, &hit)
    return Hit(hit)
  }

  /// Whether anything lies between the origin and `limit`.
  @inline(__always)
  func isBlocked(from origin: Float3, along direction: Float3, before limit: Float) -> Bool {
    ckernels_ray_is_blocked(
      tree, origin.x, origin.y, origin.z, direction.x, direction.y, direction.z, limit) != 0
  }
}

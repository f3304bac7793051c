@testable import Simulation

/// A node that waits on the traversal's stack with the distance at which the ray enters it.
struct WaitingNode {
  var node: Int32
  var distance: Float
}

/// The tree as bare pointers, for loops over rays; its owner must outlive it.
struct SlowHierarchyView: @unchecked Sendable {
  let nodes: UnsafePointer<SIMD4<Float>>
  let blocks: UnsafePointer<SIMD4<Float>>
  let triangles: UnsafePointer<Triangle>

  init(_ hierarchy: SlowHierarchy) {
    nodes = UnsafePointer(hierarchy.nodes)
    blocks = UnsafePointer(hierarchy.blocks)
    triangles = UnsafePointer(hierarchy.triangles)
  }

  /// The nearest hit before `limit`, both sides of every triangle counting.
  @inline(__always)
  func nearestHit(
    from origin: Float3, along direction: Float3, before limit: Float,
    stack: UnsafeMutablePointer<WaitingNode>
  ) -> Hit {
    var hit = Hit.none
    hit.distance = limit
    traverse(from: origin, along: direction, hit: &hit, stack: stack, stopsAtFirst: false)
    if hit.triangle < 0 { hit.distance = .infinity }
    return hit
  }

  /// Whether anything lies between the origin and `limit`.
  @inline(__always)
  func isBlocked(
    from origin: Float3, along direction: Float3, before limit: Float,
    stack: UnsafeMutablePointer<WaitingNode>
  ) -> Bool {
    var hit = Hit.none
    hit.distance = limit
    traverse(from: origin, along: direction, hit: &hit, stack: stack, stopsAtFirst: true)
    return hit.triangle >= 0
  }

  @inline(__always)
  private func traverse(
    from origin: Float3, along direction: Float3, hit: inout Hit,
    stack: UnsafeMutablePointer<WaitingNode>, stopsAtFirst: Bool
  ) {
    let ray = RayLanes(origin: origin, direction: direction)
    stack[0] = WaitingNode(node: 0, distance: 0)
    var depth = 1
    while depth > 0 {
      depth &-= 1
      let waiting = stack[depth]
      if waiting.distance > hit.distance { continue }
      if waiting.node < 0 {
        ray.intersect(
          blocks + Int(~waiting.node) &* SlowHierarchy.blockStride, hit: &hit)
        if stopsAtFirst && hit.triangle >= 0 { return }
        continue
      }
      let node = nodes + Int(waiting.node) &* SlowHierarchy.nodeStride
      let entry = ray.entryDistances(node, before: hit.distance)
      let children = unsafeBitCast(node[6], to: SIMD4<Int32>.self)
      // Farthest first, so that the nearest comes off the stack first.
      let bottom = depth
      for lane in 0..<4 where entry[lane] < .infinity {
        var place = depth
        let distance = entry[lane]
        while place > bottom && stack[place &- 1].distance < distance {
          stack[place] = stack[place &- 1]
          place &-= 1
        }
        stack[place] = WaitingNode(node: children[lane], distance: distance)
        depth &+= 1
      }
    }
  }
}

/// A ray spread over four lanes.
struct RayLanes {
  private let origin: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)
  private let direction: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)
  private let inverse: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)
  private let near: (Int, Int, Int)

  @inline(__always)
  init(origin: Float3, direction: Float3) {
    @inline(__always) func inverted(_ value: Float) -> Float {
      abs(value) > 1e-18 ? 1 / value : (value < 0 ? -1e18 : 1e18)
    }
    self.origin = (
      SIMD4(repeating: origin.x), SIMD4(repeating: origin.y), SIMD4(repeating: origin.z)
    )
    self.direction = (
      SIMD4(repeating: direction.x), SIMD4(repeating: direction.y), SIMD4(repeating: direction.z)
    )
    inverse = (
      SIMD4(repeating: inverted(direction.x)), SIMD4(repeating: inverted(direction.y)),
      SIMD4(repeating: inverted(direction.z))
    )
    near = (direction.x < 0 ? 3 : 0, direction.y < 0 ? 4 : 1, direction.z < 0 ? 5 : 2)
  }

  /// Where the ray enters each child's box; infinity where it misses.
  @inline(__always)
  func entryDistances(_ node: UnsafePointer<SIMD4<Float>>, before limit: Float) -> SIMD4<Float> {
    let nearX = (node[near.0] - origin.0) * inverse.0
    let nearY = (node[near.1] - origin.1) * inverse.1
    let nearZ = (node[near.2] - origin.2) * inverse.2
    let farX = (node[3 &- near.0] - origin.0) * inverse.0
    let farY = (node[5 &- near.1] - origin.1) * inverse.1
    let farZ = (node[7 &- near.2] - origin.2) * inverse.2
    var enter = nearX.replacing(with: nearY, where: nearY .> nearX)
    enter = enter.replacing(with: nearZ, where: nearZ .> enter)
    enter = enter.replacing(with: SIMD4(repeating: 0), where: enter .< 0)
    var leave = farX.replacing(with: farY, where: farY .< farX)
    leave = leave.replacing(with: farZ, where: farZ .< leave)
    // Rounding must not open gaps between boxes.
    leave = leave * 1.000_002
    let isMet = (enter .<= leave) .& (enter .< SIMD4(repeating: limit))
    return SIMD4(repeating: .infinity).replacing(with: enter, where: isMet)
  }

  /// Möller and Trumbore's test of four triangles; keeps the nearest of them when it lies before the hit so far.
  @inline(__always)
  func intersect(_ block: UnsafePointer<SIMD4<Float>>, hit: inout Hit) {
    let (e1x, e1y, e1z) = (block[3], block[4], block[5])
    let (e2x, e2y, e2z) = (block[6], block[7], block[8])
    let (dx, dy, dz) = direction
    let px = dy * e2z - dz * e2y
    let py = dz * e2x - dx * e2z
    let pz = dx * e2y - dy * e2x
    let inverted = 1 / (e1x * px + e1y * py + e1z * pz)
    let (sx, sy, sz) = (origin.0 - block[0], origin.1 - block[1], origin.2 - block[2])
    let u = (sx * px + sy * py + sz * pz) * inverted
    let qx = sy * e1z - sz * e1y
    let qy = sz * e1x - sx * e1z
    let qz = sx * e1y - sy * e1x
    let v = (dx * qx + dy * qy + dz * qz) * inverted
    let t = (e2x * qx + e2y * qy + e2z * qz) * inverted
    // Not-a-number of a degenerate triangle fails every comparison.
    let slack: Float = 1e-6
    let isMet =
      (u .>= -slack) .& (v .>= -slack) .& ((u + v) .<= 1 + slack) .& (t .> 1e-5)
      .& (t .< SIMD4(repeating: hit.distance))
    let distances = SIMD4(repeating: Float.infinity).replacing(with: t, where: isMet)
    for lane in 0..<4 where distances[lane] < hit.distance {
      hit.distance = distances[lane]
      hit.triangle = Int32(bitPattern: block[9][lane].bitPattern)
      hit.weights = Float2(u[lane], v[lane])
    }
  }
}

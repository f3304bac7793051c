import Tensors
import Testing

@testable import Simulation

@Suite struct RaycastSceneTests {
  /// Two triangles that face along x, at 2 and 5.
  private let corners: [Float] = [
    2, -1, -1, 2, 1, -1, 2, 0, 1, 5, -9, -9, 5, 9, -9, 5, 0, 9,
  ]

  @Test func `rays meet the nearest triangle on either side, or nothing`() throws {
    let scene = try RaycastScene(triangles: Tensor(corners, shape: [2, 3, 3]))
    let rays: [Float] = [
      0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 9, 0, 0, -1, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 2, 1, 0, 0,
    ]
    let hits = try scene.cast(Tensor(rays, shape: [5, 6]), threads: 2)
    #expect(hits.distances.array(of: Float.self) == [2, 1, 4, .infinity, 5])
    #expect(hits.triangles.array(of: Int32.self) == [0, 0, 1, -1, 1])
  }

  @Test func `no triangles and no rays are no mistake`() throws {
    let empty = try RaycastScene(triangles: Tensor([Float](), shape: [0, 9]))
    let hits = try empty.cast(Tensor([0, 0, 0, 1, 0, 0] as [Float], shape: [1, 6]))
    #expect(hits.triangles.array(of: Int32.self) == [-1])
    let none = try empty.cast(Tensor([Float](), shape: [0, 6]), threads: 4)
    #expect(none.distances.shape == [0])
  }

  @Test func `other shapes are refused`() {
    #expect(throws: SimulationError.self) {
      try RaycastScene(triangles: Tensor(corners, shape: [3, 6]))
    }
    #expect(throws: SimulationError.self) {
      try RaycastScene(triangles: Tensor(corners, shape: [2, 9])).cast(
        Tensor(corners, shape: [6, 3]))
    }
  }
}

import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct DenseVoxelsTests {
  let coordinates = Tensor([Int32(1), 0, 2, 3, 0, 1, 0, 0, 1, 1, 1, 1], shape: [3, 4])

  @Test func `features stand in their cells`() throws {
    let dense = try DenseVoxels(coordinates, cells: [2, 3, 4], batches: 2)
    let features = Tensor([Float(1), 2, 3, 4, 5, 6], shape: [3, 2])
    let found = try dense.tensor(features)
    #expect(found.shape == [2, 2, 2, 3, 4])
    #expect(found.sum().item(of: Float.self) == 21)
    for (row, cell) in [[1, 0, 2, 3], [0, 1, 0, 0], [1, 1, 1, 1]].enumerated() {
      for k in 0..<2 {
        let value = found[cell[0], k, cell[1], cell[2], cell[3]].item(of: Float.self)
        #expect(value == Float(2 * row + k + 1))
      }
    }
    let occupancy = try dense.occupancy()
    #expect(occupancy.shape == [2, 1, 2, 3, 4])
    #expect(occupancy.sum().item(of: Float.self) == 3)
    #expect(occupancy[1, 0, 0, 2, 3].item(of: Float.self) == 1)
  }

  @Test func `voxels of one cell are summed but occupy it once`() throws {
    let twice = Tensor.concatenated([coordinates, coordinates])
    let dense = try DenseVoxels(twice, cells: [2, 3, 4], batches: 2)
    let sum = try dense.tensor(Tensor([Float](repeating: 1, count: 6), shape: [6, 1]))
    #expect(sum.max().item(of: Float.self) == 2)
    #expect(try dense.occupancy().max().item(of: Float.self) == 1)
    let errors = gradientErrors(
      of: { inputs in (try? dense.tensor(inputs[0])) ?? inputs[0] },
      at: [Tensor((0..<12).map { Double($0) }, shape: [6, 2])])
    #expect(errors.isEmpty)
  }

  @Test func `cells outside the grid and grids without end are refused`() throws {
    #expect(throws: PointCloudError.self) {
      try DenseVoxels(coordinates, cells: [2, 3, 3], batches: 2)
    }
    #expect(throws: PointCloudError.self) {
      try DenseVoxels(coordinates, cells: [2, 3, 4], batches: 1)
    }
    let vast = try DenseVoxels(coordinates, cells: [1 << 30, 1 << 30, 1 << 30], batches: 2)
    #expect(throws: PointCloudError.self) { try vast.occupancy() }
    let empty = try DenseVoxels(Tensor([Int32](), shape: [0, 4]), cells: [1, 1, 2], batches: 1)
    #expect(try empty.occupancy().array(of: Float.self) == [0, 0])
  }
}

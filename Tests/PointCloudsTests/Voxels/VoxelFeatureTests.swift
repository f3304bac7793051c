import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct VoxelFeatureTests {
  let lattice: VoxelLattice

  init() throws {
    lattice = try VoxelLattice(
      from: Vector3(-10, -5, -5), to: Vector3(10, 5, 5), voxelSize: Vector3(2, 2.5, 10))
  }

  private func voxels(_ limit: Int = 4) throws -> HardVoxels {
    let rows = ReferenceVoxels.random(60, low: -5, high: 5)
      .map { $0.map { Double($0) } }
    return try HardVoxelizer(lattice, pointLimit: limit, voxelLimit: 1000)
      .voxelize(ReferenceVoxels.tensor(rows))
  }

  @Test func `the mean of two points lies between them`() throws {
    let points = Tensor([Float(0.5), 0.5, 1, 8, 1, 1, 2, 2], shape: [2, 4])
    let found = try HardVoxelizer(lattice, pointLimit: 5, voxelLimit: 5).voxelize(points)
    #expect(found.mean().array(of: Float.self) == [0.75, 0.75, 1.5, 5])
  }

  @Test func `pillar features are the published nine or ten`() throws {
    let points = Tensor([Float(0.5), 0.5, 1, 8, 1, 1, 2, 2], shape: [2, 4])
    let found = try HardVoxelizer(lattice, pointLimit: 3, voxelLimit: 5).voxelize(points)
    // The cell covers x 0 to 2, y 0 to 2.5, z -5 to 5: its centre is (1, 1.25, 0).
    let nine: [Float] =
      [0.5, 0.5, 1, 8, -0.25, -0.25, -0.5, -0.5, -0.75]
      + [1, 1, 2, 2, 0.25, 0.25, 0.5, 0, -0.25] + [Float](repeating: 0, count: 9)
    #expect(found.pillarFeatures().array(of: Float.self) == nine)
    #expect(found.pillarFeatures().shape == [1, 3, 9])
    let ten = found.pillarFeatures(includesHeight: true, includesDistance: true)
    #expect(ten.shape == [1, 3, 11])
    #expect(ten[0, 0, 9].item(of: Float.self) == 1)
    #expect(abs(ten[0, 1, 10].item(of: Float.self) - Float(6).squareRoot()) < 1e-6)
  }

  @Test func `features have the gradients that differences give`() throws {
    let voxels = try voxels()
    #expect(
      gradientErrors(
        of: { moved(voxels, $0[0]).mean() }, at: [voxels.points]
      ).isEmpty)
    // Behind the last point of a pillar nothing is differentiable: rows of zeros have no distance.
    let full = try HardVoxelizer(lattice, pointLimit: 1, voxelLimit: 1000)
      .voxelize(
        ReferenceVoxels.tensor(
          ReferenceVoxels.random(40, low: -5, high: 5).map { $0.map { Double($0) } }))
    #expect(
      gradientErrors(
        of: { moved(full, $0[0]).pillarFeatures(includesHeight: true, includesDistance: true) },
        at: [full.points]
      ).isEmpty)
  }

  @Test func `pillar features of partly filled pillars have gradients for their points`() throws {
    let voxels = try voxels()
    let mask = Tensor(
      zip(voxels.counts.array(of: Int32.self), 0...).flatMap { count, _ in
        (0..<4).map { $0 < Int(count) ? 1.0 : 0 }
      }, shape: [voxels.count, 4, 1])
    #expect(
      gradientErrors(
        of: { moved(voxels, $0[0] * mask).pillarFeatures() }, at: [voxels.points]
      ).isEmpty)
  }

  private func moved(_ voxels: HardVoxels, _ points: Tensor) -> HardVoxels {
    var copy = voxels
    copy.points = points
    return copy
  }

  @Test func `each point knows its voxel`() throws {
    for (name, rows) in ReferenceVoxels.clouds {
      let found = try DynamicVoxelizer(lattice).voxelize(ReferenceVoxels.tensor(rows))
      let expected = ReferenceVoxels(rows, lattice)
      #expect(found.owners.array(of: Int32.self) == expected.owners, "\(name)")
      #expect(found.coordinates.array(of: Int32.self) == expected.cells.flatMap { [0] + $0 })
      #expect(found.counts.array(of: Int32.self) == expected.points.map { Int32($0.count) })
      #expect(found.discarded == expected.discarded)
      let cells = expected.owners.flatMap {
        $0 < 0 ? [-1, -1, -1, -1] : [0] + expected.cells[Int($0)]
      }
      #expect(found.pointCoordinates().array(of: Int32.self) == cells)
    }
  }

  @Test func `means of dynamic voxels are those of their points`() throws {
    let rows = ReferenceVoxels.random(300, low: -6, high: 6)
    let clouds = [rows, Array(rows[50..<90])].map { ReferenceVoxels.tensor($0) }
    let found = try DynamicVoxelizer(lattice).voxelize(batch: clouds)
    let means = try found.mean(Tensor.concatenated(clouds))
    let all = rows + rows[50..<90]
    let owners = found.owners.array(of: Int32.self)
    for voxel in 0..<found.count {
      let members = all.indices.filter { owners[$0] == Int32(voxel) }
      for k in 0..<5 {
        let mean = members.reduce(0.0) { $0 + Double(all[$1][k]) } / Double(members.count)
        #expect(means[voxel, k].item(of: Float.self) == Float(mean))
      }
    }
    #expect(found.batches == 2)
    #expect(throws: PointCloudError.self) { try found.mean(clouds[0]) }
  }

  @Test func `means of dynamic voxels have the gradient that differences give`() throws {
    let rows = ReferenceVoxels.random(50, low: -6, high: 6).map { $0.map { Double($0) } }
    let points = ReferenceVoxels.tensor(rows)
    let found = try DynamicVoxelizer(lattice).voxelize(points)
    #expect(found.discarded.outside > 0)
    #expect(
      gradientErrors(
        of: { inputs in (try? found.mean(inputs[0])) ?? inputs[0] }, at: [points]
      ).isEmpty)
  }
}

import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct HardVoxelizerTests {
  let lattice: VoxelLattice

  init() throws {
    lattice = try VoxelLattice(
      from: Vector3(-10, -5, -5), to: Vector3(10, 5, 5), voxelSize: Vector3(0.5, 1, 2.5))
  }

  /// Whether voxels agree with the reference in every bit.
  private func agrees<Element: TensorElement & BinaryFloatingPoint>(
    _ found: HardVoxels, _ expected: ReferenceVoxels, _ rows: [[Element]], limit: Int
  ) -> Bool {
    var points: [Element] = []
    for list in expected.points {
      for place in 0..<limit {
        points += place < list.count ? rows[list[place]] : [0, 0, 0, 0, 0]
      }
    }
    let same = zip(found.points.array(of: Element.self), points)
      .allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    return same && found.points.count == points.count
      && found.coordinates.array(of: Int32.self) == expected.cells.flatMap { [0] + $0 }
      && found.counts.array(of: Int32.self) == expected.points.map { Int32($0.count) }
      && found.discarded == expected.discarded
  }

  @Test(arguments: [(1, 1000), (3, 1000), (50, 1000), (2, 7)])
  func `voxels equal those of the rules`(limits: (points: Int, voxels: Int)) throws {
    for (name, rows) in ReferenceVoxels.clouds {
      let found = try HardVoxelizer(
        lattice, pointLimit: limits.points, voxelLimit: limits.voxels
      ).voxelize(ReferenceVoxels.tensor(rows))
      let expected = ReferenceVoxels(
        rows, lattice, pointLimit: limits.points, voxelLimit: limits.voxels)
      #expect(agrees(found, expected, rows, limit: limits.points), "\(name)")
    }
  }

  @Test func `far from the origin double precision keeps cells apart`() throws {
    let offset = [5e5, 4e6, 100]
    let rows = ReferenceVoxels.random(500, low: -5, high: 5).map { row in
      row.enumerated().map { Double($1) + ($0 < 3 ? offset[$0] : 0) }
    }
    let far = try VoxelLattice(
      from: Vector3(-10, -5, -5) + Vector3(5e5, 4e6, 100),
      to: Vector3(10, 5, 5) + Vector3(5e5, 4e6, 100), voxelSize: Vector3(0.05, 0.05, 0.1))
    let found = try HardVoxelizer(far, pointLimit: 2, voxelLimit: 1000)
      .voxelize(ReferenceVoxels.tensor(rows))
    #expect(agrees(found, ReferenceVoxels(rows, far, pointLimit: 2), rows, limit: 2))
    #expect(found.count > 490)
    let single = rows.map { $0.map { Float($0) } }
    let coarse = try HardVoxelizer(far, pointLimit: 2, voxelLimit: 1000)
      .voxelize(ReferenceVoxels.tensor(single))
    #expect(agrees(coarse, ReferenceVoxels(single, far, pointLimit: 2), single, limit: 2))
  }

  @Test func `a wall belongs to the upper cell, the lower end to the first, the upper end to none`()
    throws
  {
    let unit = try VoxelLattice(from: .zero, to: Vector3(2, 2, 2), voxelSize: Vector3(1, 1, 1))
    let points = Tensor(
      [
        Float(0), 0, 0, 1, 1, 1, 2, 1, 1, -Float.leastNonzeroMagnitude, 1, 1, Float(2).nextDown, 0,
        0,
      ],
      shape: [5, 3])
    let found = try HardVoxelizer(unit, pointLimit: 1, voxelLimit: 9).voxelize(points)
    #expect(
      found.coordinates.array(of: Int32.self) == [0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0])
    #expect(found.discarded.outside == 2)
  }

  @Test func `clouds of a batch follow each other with limits of their own`() throws {
    let clouds = ReferenceVoxels.clouds.map { ReferenceVoxels.tensor($0.rows) }
    let voxelizer = HardVoxelizer(lattice, pointLimit: 3, voxelLimit: 20)
    let (one, two) = (
      try voxelizer.voxelize(batch: clouds, threads: 1),
      try voxelizer.voxelize(batch: clouds, threads: 2)
    )
    let cells = one.coordinates.array(of: Int32.self)
    #expect(cells == two.coordinates.array(of: Int32.self))
    #expect(
      one.points.array(of: Float.self).map(\.bitPattern)
        == two.points.array(of: Float.self).map(\.bitPattern))
    #expect(one.batches == clouds.count && one.discarded == two.discarded)
    var place = 0
    for (batch, cloud) in clouds.enumerated() {
      let alone = try voxelizer.voxelize(cloud)
      let part = alone.coordinates.array(of: Int32.self).enumerated().map {
        $0.offset % 4 == 0 ? Int32(batch) : $0.element
      }
      #expect(Array(cells[4 * place..<4 * (place + alone.count)]) == part)
      place += alone.count
    }
    #expect(place == one.count)
  }

  @Test func `grids without cells and points of another form are refused`() throws {
    #expect(throws: PointCloudError.self) {
      try VoxelLattice(from: .zero, to: Vector3(1, 1, 1), voxelSize: Vector3(0, 1, 1))
    }
    #expect(throws: PointCloudError.self) {
      try VoxelLattice(from: .zero, to: Vector3(1, -1, 1), voxelSize: Vector3(1, 1, 1))
    }
    #expect(throws: PointCloudError.self) {
      try VoxelLattice(from: .zero, to: Vector3(1, .nan, 1), voxelSize: Vector3(1, 1, 1))
    }
    #expect(throws: PointCloudError.self) {
      try VoxelLattice(
        from: .zero, to: Vector3(1e9, 1e9, 1e9), voxelSize: Vector3(1, 1, 1))
    }
    let voxelizer = HardVoxelizer(lattice, pointLimit: 3, voxelLimit: 20)
    #expect(throws: PointCloudError.self) {
      try voxelizer.voxelize(Tensor([Float(1), 2], shape: [1, 2]))
    }
    #expect(throws: PointCloudError.self) {
      try voxelizer.voxelize(Tensor([Int32(1), 2, 3], shape: [1, 3]))
    }
    #expect(throws: PointCloudError.self) {
      try HardVoxelizer(lattice, pointLimit: .max, voxelLimit: 20)
        .voxelize(Tensor([Float(1), 2, 3], shape: [1, 3]))
    }
  }
}

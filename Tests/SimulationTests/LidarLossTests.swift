import Geometry
import Tensors
import Testing

@testable import Simulation

@Suite struct LidarLossTests {
  /// Points of a scan inside a cylinder of 24 flat walls with a radius of 10 m.
  private func scan(
    _ material: Material, state: LidarState? = nil, _ change: (inout SpinningLidar) -> Void
  ) -> LidarSweep {
    var table = MaterialTable()
    let number = table.add(material)
    var mesh = SurfaceMesh()
    mesh.addTube(
      from: Float3(0, 0, -20), to: Float3(0, 0, 20), radii: (10, 10), sides: 24, material: number,
      capped: false)
    var lidar = SpinningLidar()
    (lidar.beams, lidar.columns, lidar.dropOut, lidar.rangeNoise) = (8, 400, 0, 0)
    (lidar.lowestDegrees, lidar.highestDegrees, lidar.intensityNoise) = (-4, 4, 0)
    change(&lidar)
    let snapshot = SceneSnapshot(
      still: BoundingVolumeHierarchy(mesh), moving: BoundingVolumeHierarchy(SurfaceMesh()),
      materials: table.materials, lighting: RoomWorld(RoomContents(), seed: 1).lighting)
    return LidarScanner(
      snapshot: snapshot, lidar: lidar, worldFromLidar: .identity, threads: 1,
      state: state ?? LidarState(lidar, seed: 3)
    ).scan { RandomStream.generator(seed: 1, .lidar, frame: 0, line: $0) }
  }

  private let wall = Material(base: Float3(0.5, 0.5, 0.5), grain: 0, reflectance: 0.6)

  @Test func `lost beams give no points, others all of theirs`() {
    var state = LidarState()
    state.lost = [false, true, false, false, true, false, false, false]
    let rings = scan(wall, state: state) { _ in }.cloud.attributes["ring"]?.array(of: Int32.self)
    #expect(rings?.count == 6 * 400)
    #expect(Set(rings ?? []) == [0, 2, 3, 5, 6, 7])
  }

  @Test func `worlds lose up to the stated share of beams`() {
    var lidar = SpinningLidar()
    lidar.beamDropOut = 0.4
    let shares = (0..<200).map { seed in
      let lost = LidarState(lidar, seed: UInt64(seed)).lost
      return Double(lost.filter { $0 }.count) / Double(lost.count)
    }
    let mean = shares.reduce(0, +) / 200
    #expect(abs(mean - 0.2) < 0.03)
    #expect((shares.max() ?? 1) < 0.6)
    #expect(LidarState(SpinningLidar(), seed: 1).lost.isEmpty)
  }

  @Test func `panes lose the stated share, other surfaces nothing`() {
    var pane = wall
    pane.transparency = 0.6
    #expect(scan(wall) { $0.paneLoss = 0.75 }.objects.count == 3200)
    let kept = scan(pane) { $0.paneLoss = 0.75 }.objects.count
    // Standard deviation of the count: 24.
    #expect(abs(kept - 800) < 100)
  }

  @Test func `echoes near the limit fade`() {
    // At 10 m, at least 0.99 of the limit's echo is left at all angles of the wall.
    let limit = 10 / 0.6.squareRoot()
    let kept = scan(wall) { ($0.whiteRange, $0.fading) = (limit * 1.02, 0.5) }.objects.count
    #expect(abs(Double(kept) - 1600) < 180)
    let far = scan(wall) { ($0.whiteRange, $0.fading) = (limit * 10, 0.5) }.objects.count
    #expect(far > 3150)
  }
}

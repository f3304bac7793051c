import Geometry
import PointClouds
import Tensors
import Testing

@testable import Simulation

@Suite struct ShapeTests {
  private static let maker = ShapeMaker()

  private func shape(_ kind: ShapeClass, seed: UInt64) -> SurfaceMesh {
    var generator = SeededGenerator(seed: seed, stream: 5)
    return Self.maker.shape(kind, &generator)
  }

  @Test(arguments: ShapeClass.allCases)
  func `parts cover all triangles and bear the name of their class`(_ kind: ShapeClass) {
    let names = ShapeClass.partNames
    var seen: Set<Int32> = []
    for seed in 0..<8 as Range<UInt64> {
      let parts = shape(kind, seed: seed).parts
      #expect(!parts.isEmpty && !parts.contains(-1))
      seen.formUnion(parts)
    }
    for part in seen where part >= 0 { #expect(names[Int(part)].hasPrefix(kind.rawValue + ".")) }
    // Every part that the class has occurs in one of a few shapes.
    #expect(seen.count == names.filter { $0.hasPrefix(kind.rawValue + ".") }.count)
  }

  @Test(arguments: ShapeClass.allCases)
  func `shapes stand on the ground around the origin`(_ kind: ShapeClass) throws {
    for seed in 0..<8 as Range<UInt64> {
      let (low, high) = try #require(shape(kind, seed: seed).bounds)
      #expect(abs(low.z) < 1e-4)
      #expect(abs(low.x + high.x) < 1e-3 && abs(low.y + high.y) < 1e-3)
    }
  }

  @Test func `names of parts are unique and numbered in order`() {
    let names = ShapeClass.partNames
    #expect(Set(names).count == names.count)
    #expect(ShapePart.allCases.map(\.index) == (0..<Int32(names.count)).map { $0 })
  }

  @Test func `a mesh keeps parts when it is appended, and goes on with its own`() {
    func triangle(_ mesh: inout SurfaceMesh, _ x: Float) {
      mesh.addTriangle(
        Float3(x, 0, 0), Float3(x + 1, 0, 0), Float3(x, 1, 0),
        surface: (Float2(0, 0), Float2(1, 0), Float2(0, 1)), material: 0)
    }
    var (mesh, other, plain) = (SurfaceMesh(), SurfaceMesh(), SurfaceMesh())
    triangle(&plain, 0)
    other.begin(.chairArm)
    triangle(&other, 0)
    mesh.begin(.chairSeat)
    triangle(&mesh, 0)
    mesh.append(other, at: .identity)
    triangle(&mesh, 3)
    mesh.append(plain, at: .identity)
    let (seat, arm) = (ShapePart.chairSeat.index, ShapePart.chairArm.index)
    #expect(mesh.parts == [seat, arm, seat, seat])
    #expect(plain.parts == [-1])
  }
}

@Suite struct ShapeSamplerTests {
  private func scene(points: Int = 400) -> SceneDefinition {
    var scene = SceneDefinition(name: "shapes", kind: .shapes, frames: 5, seed: 3, sensors: [])
    scene.shapes.points = points
    return scene
  }

  private func clouds(_ scene: SceneDefinition, frames: Int, threads: Int = 1) throws
    -> [LabelledCloud]
  {
    var clouds: [LabelledCloud] = []
    try Simulation.labelledClouds(scene, frames: frames, threads: threads) { clouds.append($0) }
    return clouds
  }

  private func numbers(_ clouds: [LabelledCloud]) -> [[Float]] {
    clouds.map { $0.cloud.positions.array(of: Float.self) }
  }

  @Test func `clouds are the same whatever the number of threads and of frames`() throws {
    let all = try clouds(scene(), frames: 5)
    #expect(all.map(\.name) == ["000000", "000001", "000002", "000003", "000004"])
    #expect(numbers(try clouds(scene(), frames: 5, threads: 3)) == numbers(all))
    #expect(numbers(try clouds(scene(), frames: 2)) == Array(numbers(all).prefix(2)))
    var other = scene()
    other.seed = 4
    #expect(numbers(try clouds(other, frames: 2)) != Array(numbers(all).prefix(2)))
  }

  @Test func `each run of frames shows every class once, in changing order`() throws {
    let sampler = ShapeSampler(scene().shapes, seed: 1)
    let count = ShapeClass.allCases.count
    let first = (0..<count).map { sampler.kind(ofFrame: $0) }
    let second = (0..<count).map { sampler.kind(ofFrame: count + $0) }
    #expect(Set(first).count == count && Set(second).count == count)
    #expect(first != second)
  }

  @Test func `points lie on the shape within its box and bear parts of its class`() throws {
    var scene = scene(points: 300)
    scene.shapes.noise = 0
    let names = ShapeClass.partNames
    for cloud in try clouds(scene, frames: ShapeClass.allCases.count) {
      let kind = try #require(cloud.label)
      let box = try #require(cloud.boxes.first)
      #expect(box.label == kind)
      let labels = try #require(cloud.cloud.attributes["label"]).array(of: Int32.self)
      #expect(labels.allSatisfy { $0 >= 0 && names[Int($0)].hasPrefix(kind + ".") })
      let values = cloud.cloud.positions.array(of: Float.self)
      #expect(values.count == 900)
      for index in 0..<300 {
        let point = Vector3(
          Double(values[3 * index]), Double(values[3 * index + 1]), Double(values[3 * index + 2]))
        let offset = Quaternion(angle: -box.yaw, axis: Vector3(0, 0, 1)).rotate(point - box.center)
        let isInside = (0..<3).allSatisfy { abs(offset[$0]) <= box.size[$0] / 2 + 1e-3 }
        #expect(isInside, "\(kind) \(offset) \(box.size)")
      }
    }
  }

  @Test func `only the classes that are asked for occur`() throws {
    var scene = scene(points: 20)
    scene.shapes.classes = [.chair, .nightStand]
    #expect(Set(try clouds(scene, frames: 4).compactMap(\.label)) == ["chair", "night_stand"])
  }
}

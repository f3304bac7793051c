import Configuration
import Foundation
import Geometry
import PointClouds
import Tensors
import Testing

@testable import Simulation

@Suite struct RandomStreetTests {
  private static func contents() -> StreetContents {
    var contents = StreetContents()
    contents.layout = .random
    (contents.trees, contents.leaves, contents.ahead, contents.heightSpread) = (3, 10, 60, 0.1)
    return contents
  }

  private static func scene(columns: Int = 200) -> SceneDefinition {
    var lidar = SpinningLidar()
    (lidar.beams, lidar.columns, lidar.rangeNoise, lidar.beamDropOut) = (16, columns, 0, 0.3)
    var scene = SceneDefinition(
      name: "x", kind: .street, frames: 3, seed: 4, framesPerWorld: 1,
      sensors: [.lidar(lidar), .mono(MonoCamera())])
    scene.street = contents()
    return scene
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `road users stand apart from each other and from our vehicle for as long as is looked`(
    seed: UInt64
  ) {
    let world = RandomStreetWorld(Self.contents(), seed: seed, duration: 2)
    let still = world.stillContent(section: 0).objects
    for seconds in [0.0, 1, 2] {
      let objects = still + world.movingContent(at: seconds, firstObject: 0).objects
      var outlines = objects.map {
        Footprint($0.worldFromObject, size: Vector2($0.boxSize.x, $0.boxSize.y))
      }
      outlines.append(Footprint(world.vehiclePose(at: seconds), size: Vector2(4.4, 1.8)))
      for (index, outline) in outlines.enumerated() {
        // People's arms and legs may reach over what is kept free for them.
        let met = outlines.prefix(index).filter { $0.overlaps(outline, gap: -0.3) }
        #expect(met.isEmpty)
      }
      #expect(objects.count > 3)
    }
  }

  @Test func `sizes of cars, vans and lorries follow the labels of real streets`() {
    var generator = SeededGenerator(seed: 2)
    func statistics(_ boxes: [(low: Float3, high: Float3)]) -> (mean: Float3, deviation: Float3) {
      let sizes = boxes.map { $0.high - $0.low }
      let mean = sizes.reduce(Float3(0, 0, 0), +) / Float(sizes.count)
      let squares = sizes.map { ($0 - mean) * ($0 - mean) }.reduce(Float3(0, 0, 0), +)
      let variance = squares / Float(sizes.count)
      return (
        mean, Float3(variance.x.squareRoot(), variance.y.squareRoot(), variance.z.squareRoot())
      )
    }
    func isNear(_ a: Float3, _ b: Float3, _ slack: Float) -> Bool {
      (0..<3).allSatisfy { abs(a[$0] - b[$0]) < slack }
    }
    let cars = statistics((0..<2000).map { _ in CarShape.random("Car", &generator).box })
    #expect(isNear(cars.mean, Float3(3.88, 1.63, 1.53), 0.05))
    #expect(isNear(cars.deviation, Float3(0.4, 0.1, 0.14), 0.04))
    let vans = statistics((0..<2000).map { _ in CarShape.random("Van", &generator).box })
    #expect(isNear(vans.mean, Float3(5.07, 1.9, 2.21), 0.08))
    let lorries = statistics((0..<2000).map { _ in TruckShape.random(&generator).box })
    #expect(lorries.mean.x > 8 && lorries.mean.x < 10.5)
    #expect(abs(lorries.mean.z - 3.25) < 0.2)
  }

  @Test func `shapes fill their boxes and do not leave them but for mirrors`() throws {
    var generator = SeededGenerator(seed: 6)
    var table = MaterialTable()
    let materials = CarMaterials(&table)
    for index in 0..<60 {
      let box: (low: Float3, high: Float3)
      let bounds: (low: Float3, high: Float3)?
      if index % 3 == 2 {
        let shape = TruckShape.random(&generator)
        (box, bounds) = (shape.box, shape.mesh(paint: 0, body: 0, materials).bounds)
      } else {
        let shape = CarShape.random(index % 3 == 0 ? "Car" : "Van", &generator)
        (box, bounds) = (shape.box, shape.mesh(paint: 0, materials).bounds)
      }
      let found = try #require(bounds)
      let slack = Float3(0.03, 0.06, 0.03)
      for axis in 0..<3 {
        #expect(abs(found.low[axis] - box.low[axis]) < slack[axis])
        #expect(abs(found.high[axis] - box.high[axis]) < slack[axis])
      }
    }
  }

  @Test func `points carry their box, and lie in it`() throws {
    var labels: Set<String> = []
    try Simulation.labelledClouds(Self.scene()) { cloud in
      let values = cloud.cloud.positions.array(of: Float.self)
      let instances = try #require(cloud.cloud.attributes["instance"]).array(of: Int32.self)
      var counts = [Int](repeating: 0, count: cloud.boxes.count)
      for (index, instance) in instances.enumerated() where instance >= 0 {
        var box = cloud.boxes[Int(instance)]
        counts[Int(instance)] += 1
        // Mirrors of cars reach out of their boxes.
        box.size += Vector3(0.05, 0.12, 0.05)
        let point = Vector3(
          Double(values[3 * index]), Double(values[3 * index + 1]), Double(values[3 * index + 2]))
        #expect(box.contains(point), "\(box.label) \(box.local(point)) \(box.size)")
      }
      #expect(counts.allSatisfy { $0 >= 5 })
      labels.formUnion(cloud.boxes.map(\.label))
      let view = try #require(cloud.views.first)
      #expect(view.objects.count == view.boxes.count && view.occlusions.count == view.boxes.count)
      for (box, object) in zip(view.boxes, view.objects) {
        #expect(box.x1 >= 0 && box.y1 >= 0 && box.x2 <= 1241 && box.y2 <= 374)
        #expect(box.label == cloud.boxes[object].label)
        // The box in space, projected, lies around that of the triangles.
        let pixels = cloud.boxes[object].corners.compactMap {
          view.camera.project(view.cameraFromCloud * $0)
        }
        guard pixels.count == 8 else { continue }
        let (low, high) = (pixels.map(\.x).min() ?? 0, pixels.map(\.x).max() ?? 0)
        #expect(max(low, 0) < box.x1 + 4 && min(high, 1241) > box.x2 - 4)
      }
    }
    #expect(labels.contains("Car"))
  }

  @Test func `clouds do not depend on the number of threads or frames`() throws {
    func clouds(_ frames: Int, _ threads: Int) throws -> [LabelledCloud] {
      var clouds: [LabelledCloud] = []
      try Simulation.labelledClouds(Self.scene(columns: 40), frames: frames, threads: threads) {
        clouds.append($0)
      }
      return clouds
    }
    let (one, two) = (try clouds(2, 1), try clouds(3, 3))
    #expect(one.count == 2 && two.count == 3)
    for (first, second) in zip(one, two) {
      #expect(first.name == second.name && first.boxes == second.boxes)
      #expect(
        first.cloud.positions.array(of: Float.self) == second.cloud.positions.array(of: Float.self))
      #expect(first.views.map(\.boxes) == second.views.map(\.boxes))
    }
    #expect(two[1].boxes != two[2].boxes)
  }

  @Test func `a random street needs to know how long it is looked at`() {
    func mistakes(_ more: String) -> Int {
      let text = "kind: street\ncontents: { layout: random }\nsensors: [{ kind: lidar }]\n\(more)"
      do {
        _ = try SceneDefinition(YAMLNode(text: text, file: "s.yaml"))
        return 0
      } catch { return (error as? ConfigurationErrors)?.errors.count ?? -1 }
    }
    #expect(mistakes("frames_per_world: 5") == 0)
    #expect(mistakes("") == 1)
    #expect(mistakes("frames_per_world: 5000") == 1)
  }
}

import Configuration
import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Simulation

@Suite struct DepthModelTests {
  /// A wall that faces the camera at `depth` metres, and things in front of it.
  private static func snapshot(
    _ depth: Float, _ wall: Material,
    _ add: (inout MaterialTable, inout SurfaceMesh) -> Void = { _, _ in }
  )
    -> SceneSnapshot
  {
    var table = MaterialTable()
    let plain = table.add(wall)
    var mesh = SurfaceMesh()
    mesh.addQuad(
      Float3(depth, -200, -200), Float3(depth, 200, -200), Float3(depth, 200, 200),
      Float3(depth, -200, 200), material: plain)
    add(&table, &mesh)
    return SceneSnapshot(
      still: BoundingVolumeHierarchy(mesh), moving: BoundingVolumeHierarchy(SurfaceMesh()),
      materials: table.materials, lighting: RoomWorld(RoomContents(), seed: 1).lighting)
  }

  /// A square pane at `depth`, `size` wide, in the middle of the view or moved to the left (y).
  private static func pane(_ depth: Float, _ material: Material, size: Float = 0.5, y: Float = 0)
    -> (inout MaterialTable, inout SurfaceMesh) -> Void
  {
    { table, mesh in
      let number = table.add(material)
      let h = size / 2
      mesh.addQuad(
        Float3(depth, y - h, -h), Float3(depth, y + h, -h), Float3(depth, y + h, h),
        Float3(depth, y - h, h), material: number)
    }
  }

  private static func material(
    _ reflectance: Float, specularity: Float = 0, transparency: Float = 0
  ) -> Material {
    Material(
      base: Float3(0.5, 0.5, 0.5), grain: 0, reflectance: reflectance, specularity: specularity,
      transparency: transparency)
  }

  private static func camera(_ width: Int, _ height: Int, _ focalLength: Double = 2000)
    -> CameraModel
  {
    CameraModel(
      width: width, height: height, focalLength: [focalLength, focalLength],
      principalPoint: [Double(width - 1) / 2, Double(height - 1) / 2])
  }

  /// Depths of a camera at the origin that looks along x.
  private static func scan(
    _ snapshot: SceneSnapshot, _ model: DepthModel, camera: CameraModel = camera(60, 50),
    noise: Double = 1, seed: UInt64 = 3, threads: Int = 1
  ) -> [Float] {
    DepthModelScanner(
      snapshot: snapshot, model: model, camera: camera,
      worldFromCamera: Mounting.vehicleFromOptical([0, 0, 0], yawDegrees: 0, downDegrees: 0),
      noise: noise, threads: threads
    ).scan { RandomStream.generator(seed: seed, .depthImage, frame: 0, line: $0) }.array()
  }

  private static func statistics(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let numbers = values.map { Double($0) }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(numbers.count)).squareRoot())
  }

  // MARK: Structured light

  @Test(arguments: [1, 2, 3.3, 4.3] as [Float])
  func `structured light scatters by 1.42e-3 Z²`(depth: Float) {
    let model = StructuredLight()
    // The formula of the source, in metres.
    #expect(abs(model.standardDeviation(at: 3) / (1.425e-3 * 9) - 1) < 0.02)
    // Depths around one step of disparity, so that rounding is averaged over its phases.
    var all: [Float] = []
    for k in 0..<8 {
      let step = depth * depth * 0.125 / (580 * 0.075)
      let exact = depth + step * Float(k) / 8
      let found = Self.scan(
        Self.snapshot(exact, Self.material(0.6)), .structuredLight(model),
        camera: Self.camera(25, 20), seed: UInt64(k))
      #expect(found.allSatisfy { $0 > 0 })
      all += found.map { $0 - exact }
    }
    let (mean, deviation) = Self.statistics(all)
    let stated = model.standardDeviation(at: Double(depth))
    // 4000 pixels: standard error 1.1 % of the deviation.
    #expect(abs(deviation / stated - 1) < 0.045)
    #expect(abs(mean) < 0.08 * stated + 2e-6 * Double(depth * depth))
  }

  @Test func `structured light gives whole steps of disparity only`() {
    let values = Self.scan(
      Self.snapshot(3, Self.material(0.6)), .structuredLight(StructuredLight()))
    let scale = 580.0 * 0.075 / 0.125
    for value in Set(values) {
      let steps = scale / Double(value)
      #expect(abs(steps - steps.rounded()) < 1e-4)
    }
    #expect(Set(values).count >= 3 && Set(values).count < 12)
  }

  @Test func `the strip left of a near thing is in the projector's shadow`() {
    let model = StructuredLight()
    let camera = Self.camera(160, 20, 580)
    // At 1 m, 0.1 m wide: pixels 80 - 29 to 80 + 29. Its shadow on the wall at 3 m is
    // f B (1 / 1 - 1 / 3) = 29 pixels wide, at its left.
    let scene = Self.snapshot(3, Self.material(0.6), Self.pane(1, Self.material(0.6), size: 0.1))
    let row = Array(
      Self.scan(scene, .structuredLight(model), camera: camera, noise: 0)[1600..<1760])
    let left = 79.5 - 29.0
    for (column, value) in row.enumerated() {
      let x = Double(column)
      if x < left - 30 || x > 79.5 + 30 { #expect(abs(value - 3) < 1e-4) }
      if x > left - 28 && x < left - 1 { #expect(value == 0) }
      if x > left + 1 && x < 79.5 + 28 { #expect(abs(value - 1) < 1e-4) }
    }
  }

  // MARK: Indirect time of flight

  @Test(arguments: [(1, 0.9), (2, 0.5), (3, 0.15), (3.5, 0.9)] as [(Float, Float)])
  func `phase noise follows the echo`(depth: Float, reflectance: Float) {
    var model = IndirectTimeOfFlight()
    model.echoSigma = 0.0004
    let values = Self.scan(
      Self.snapshot(depth, Self.material(reflectance)), .indirectTimeOfFlight(model))
    #expect(values.allSatisfy { $0 > 0 })
    let (mean, deviation) = Self.statistics(values)
    let echo = Double(reflectance / (depth * depth))
    let stated = (1e-6 + pow(0.0004 / echo, 2)).squareRoot()
    #expect(model.standardDeviation(ofEcho: echo) == stated)
    // 3000 pixels: standard error 1.3 %; the cosine at the view's edge changes the echo by 0.1 %.
    #expect(abs(deviation / stated - 1) < 0.055)
    #expect(abs(mean - Double(depth)) < 5 * stated / 54 + 1e-5)
  }

  @Test func `ranges repeat after c over twice the common divisor`() {
    var model = IndirectTimeOfFlight()
    (model.frequenciesMhz, model.minEcho) = ([30, 45], 0)
    #expect(abs(model.ambiguityRange - 299.792458 / 30) < 1e-9)
    model.maxDepth = 100
    let values = Self.scan(
      Self.snapshot(12, Self.material(0.8)), .indirectTimeOfFlight(model),
      camera: Self.camera(3, 3), noise: 0)
    #expect(values.allSatisfy { abs($0 - (12 - 9.99308)) < 1e-3 })
    // Beyond the range of the sensor it would be a hole if it were not for the repetition.
    model.maxDepth = 4
    let wrapped = Self.scan(
      Self.snapshot(12, Self.material(0.8)), .indirectTimeOfFlight(model),
      camera: Self.camera(3, 3), noise: 0)
    #expect(wrapped.allSatisfy { $0 > 2 && $0 < 2.01 })
  }

  @Test func `pixels on an edge fly between near and far, others do not`() {
    var model = IndirectTimeOfFlight()
    let camera = Self.camera(61, 9, 400)
    let scene = Self.snapshot(
      2.3, Self.material(0.6), Self.pane(2, Self.material(0.6), size: 0.203))
    let values = Self.scan(scene, .indirectTimeOfFlight(model), camera: camera, noise: 0)
    let flying = values.filter { $0 > 2.01 && $0 < 2.29 }
    #expect(flying.count >= 9 && flying.count <= 40)
    model.flyingPixels = false
    let sharp = Self.scan(scene, .indirectTimeOfFlight(model), camera: camera, noise: 0)
    #expect(sharp.allSatisfy { abs($0 - 2) < 0.001 || abs($0 - 2.3) < 0.001 })
  }

  @Test func `light over another wall makes corners look farther away`() {
    var model = IndirectTimeOfFlight()
    (model.frequenciesMhz, model.flyingPixels) = ([20], false)
    // A second wall at the side meets the far one at column 20 - 100 * 0.4 / 3 = 6.7.
    let scene = Self.snapshot(3, Self.material(0.8)) { table, mesh in
      let number = table.add(Self.material(0.8))
      mesh.addQuad(
        Float3(0, 0.4, -50), Float3(3, 0.4, -50), Float3(3, 0.4, 50), Float3(0, 0.4, 50),
        material: number)
    }
    let camera = Self.camera(41, 41, 100)
    let plain = Self.scan(scene, .indirectTimeOfFlight(model), camera: camera, noise: 0)
    model.multipathRays = 64
    let bent = Self.scan(scene, .indirectTimeOfFlight(model), camera: camera, noise: 0)
    // Light over another wall never has a shorter way than that straight to the place.
    let bias = zip(bent, plain).map { $0 - $1 }
    #expect(bias.allSatisfy { $0 > -1e-4 && $0 < 0.5 })
    let row = bias[20 * 41..<21 * 41]
    #expect(row.max().map { $0 > 0.003 } == true)
    // A single wall lights nothing but the camera.
    let alone = Self.snapshot(3, Self.material(0.8))
    let straight = Self.scan(alone, .indirectTimeOfFlight(model), camera: camera, noise: 0)
    #expect(straight.allSatisfy { abs($0 - 3) < 1e-4 })
  }

  // MARK: Direct time of flight

  @Test(arguments: [2, 20, 60] as [Float])
  func `pulse noise is the same at all ranges`(depth: Float) {
    var model = DirectTimeOfFlight()
    (model.rangeSigma, model.rangeStep) = (0.02, 0)
    let values = Self.scan(
      Self.snapshot(depth, Self.material(0.8)), .directTimeOfFlight(model))
    let (mean, deviation) = Self.statistics(values)
    #expect(abs(deviation / 0.02 - 1) < 0.055)
    #expect(abs(mean - Double(depth)) < 5 * 0.02 / 54 + 2e-5 * Double(depth))
  }

  @Test func `dark surfaces shorten the range by the square root of their reflectance`() {
    var model = DirectTimeOfFlight()
    model.whiteRange = 50
    for reflectance in [0.04, 0.16, 0.64] as [Float] {
      let reach = 50 * reflectance.squareRoot()
      for (depth, isSeen) in [(reach * 0.98, true), (reach * 1.02, false)] {
        let values = Self.scan(
          Self.snapshot(depth, Self.material(reflectance)), .directTimeOfFlight(model),
          camera: Self.camera(5, 5), noise: 0)
        #expect(values.allSatisfy { ($0 > 0) == isSeen }, "\(reflectance) at \(depth)")
      }
    }
  }

  // MARK: All

  private static let models: [DepthModel] = [
    .structuredLight(StructuredLight()), .indirectTimeOfFlight(IndirectTimeOfFlight()),
    .directTimeOfFlight(
      {
        var model = DirectTimeOfFlight()
        (model.whiteRange, model.minDepth, model.maxDepth) = (12, 0.5, 4.5)
        return model
      }()),
  ]

  @Test(arguments: 0..<3)
  func `dark, mirroring and transparent surfaces have holes`(number: Int) {
    let model = Self.models[number]
    // Behind panes and in mirrors lies nothing within reach; seen aslant, so that mirrors do not throw the light back.
    func middle(_ pane: Material) -> Float {
      let scene = Self.snapshot(90, Self.material(0.5), Self.pane(2, pane, size: 1))
      return Self.scan(scene, model, camera: Self.camera(9, 9, 100), noise: 0)[0]
    }
    #expect(abs(middle(Self.material(0.6)) - 2) < 0.01)
    #expect(middle(Self.material(0.005)) == 0)
    #expect(middle(Self.material(0.01, specularity: 0.9)) == 0)
    #expect(middle(Self.material(0.01, transparency: 0.9)) == 0)
  }

  @Test(arguments: 0..<3)
  func `a pane lets time of flight through to what is behind it`(number: Int) {
    let scene = Self.snapshot(
      3, Self.material(0.8), Self.pane(1.5, Self.material(0.02, transparency: 0.95), size: 1))
    let value = Self.scan(
      scene, Self.models[number], camera: Self.camera(9, 9), noise: 0)[40]
    if number == 0 { #expect(value == 0) } else { #expect(abs(value - 3) < 0.5 && value > 2.6) }
  }

  @Test(arguments: 0..<3)
  func `nothing comes from outside the range`(number: Int) {
    for (depth, isSeen) in [(0.4, false), (0.6, true), (4.4, true), (4.7, false)] as [(Float, Bool)]
    {
      let values = Self.scan(
        Self.snapshot(depth, Self.material(0.6)), Self.models[number],
        camera: Self.camera(3, 3), noise: 0)
      #expect(values.allSatisfy { ($0 > 0) == isSeen }, "\(depth)")
    }
  }

  @Test(arguments: 0..<3)
  func `a seed fixes the depths on any number of threads`(number: Int) {
    let scene = Self.snapshot(2, Self.material(0.5), Self.pane(1.4, Self.material(0.3)))
    let camera = Self.camera(40, 31, 60)
    func run(seed: UInt64, threads: Int) -> [Float] {
      Self.scan(scene, Self.models[number], camera: camera, seed: seed, threads: threads)
    }
    let first = run(seed: 1, threads: 1)
    #expect(run(seed: 1, threads: 3) == first)
    #expect(run(seed: 2, threads: 1) != first)
  }

  @Test(arguments: ["kinect-v1", "kinect-v2", "azure-kinect", "ouster-os1"])
  func `each sensor file makes a model, and a scene may name it`(name: String) throws {
    let path = "\(repositoryFolder)/pipelines/scenes/x.yaml"
    let text = """
      { kind: room, sensors: [{ kind: rgbd, width: 32, height: 24, focal_length: 30, \
      model: ../../sensors/\(name).yaml }] }
      """
    let scene = try SceneDefinition(YAMLNode(text: text, file: path))
    guard case .depthCamera(let camera) = scene.sensors[0] else {
      Issue.record("no depth camera")
      return
    }
    #expect(camera.model != nil)
    let writer = MemoryLogWriter()
    try Simulation.run(scene, frames: 1, writer: writer)
    let depths = try #require(writer.messages.first { $0.header.topic == "/camera/depth/image" })
    #expect("\(depths)".count > 0)
  }

  @Test(arguments: [
    ("{ kind: sonar }", "kind"), ("{ }", "kind"), ("missing.yaml", "missing"),
    ("{ kind: indirect_tof, frequencies_mhz: [0] }", "frequencies"),
    ("{ kind: direct_tof, range_sigma: -1 }", "range_sigma"),
    ("{ kind: structured_light, basline: 0.1 }", "basline"),
  ])
  func `models that cannot be are refused with the reason`(text: String, word: String) {
    let scene = "{ kind: room, sensors: [{ kind: rgbd, model: \(text) }] }"
    #expect {
      try SceneDefinition(YAMLNode(text: scene, file: "x.yaml"))
    } throws: { error in
      "\(error)".contains(word)
    }
  }
}

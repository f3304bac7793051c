import Foundation
import Models
import Networks
import TestSupport
import Tensors
import Testing

struct ResNet3DTests {
  /// torchvision 0.29.2 counts the first three; C3D's by hand (anchors), Slow3D's by hand.
  @Test(arguments: [
    ("r3d_18", 33_371_472), ("mc3_18", 11_695_440), ("r2plus1d_18", 31_505_325),
    ("c3d", 78_409_573), ("slow3d", 71_160),
  ])
  func `every network has the known number of parameters`(name: String, count: Int) throws {
    let model = try #require(ModelCatalogue.entry(named: name)).build()
    #expect(model.network.parameterCount == count)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "no recordings"),
    arguments: ["r3d_18", "mc3_18", "r2plus1d_18"])
  func `outputs equal torchvision's within the fixture's tolerance`(name: String) throws {
    let fixture = try ParityFixture(name)
    let path = SharedData.path("parity/\(name)/README.json")
    let recipe = try ModelRecipe(Data(contentsOf: URL(fileURLWithPath: path)))
    let entry = try #require(ModelCatalogue.entry(named: name))
    let model = try entry.build(configuration: recipe.configuration)
    try model.load(#require(recipe.weights))
    model.network.evaluate()
    let results = try withoutGradients { try model.run(fixture.inputs, taps: recipe.taps) }
    #expect(Set(results.map(\.name)) == Set(fixture.outputs.keys))
    for (name, value) in results { #expect(fixture.mismatch(value, name) == nil) }
  }

  @Test func `a causal network has the same weights under the same names`() throws {
    for kind in ResNet3D.Kind.allCases {
      let (plain, causal) = (
        ResNet3D(kind, classes: 3, width: 4), ResNet3D(kind, classes: 3, width: 4, causal: true)
      )
      #expect(causal.namedParameters.map(\.name) == plain.namedParameters.map(\.name))
      #expect(
        causal.namedParameters.map(\.parameter.shape) == plain.namedParameters.map(\.parameter.shape))
    }
  }

  @Test func `maps of a causal network never depend on later frames`() {
    var generator = SeededGenerator(seed: 3)
    let clip = Tensor.normal([1, 3, 9, 16, 16], using: &generator)
    let other = Tensor.normal([1, 3, 4, 16, 16], using: &generator)
    let changed = Tensor.concatenated([clip.narrowed(axis: 2, to: 0..<5), other], axis: 2)
    for causal in [true, false] {
      let network = ResNet3D(.r3d18, classes: 3, width: 4, causal: causal).initialized(seed: 1)
      network.evaluate()
      // One map for every 8 frames: the first ends with frame 0, the second with frame 8.
      let (a, b) = withoutGradients { (network.features(clip), network.features(changed)) }
      #expect(a.shape == [1, 32, 2, 1, 1])
      #expect(a.selected(axis: 2, at: 0).isEqual(to: b.selected(axis: 2, at: 0)) == causal)
      #expect(!a.selected(axis: 2, at: 1).isEqual(to: b.selected(axis: 2, at: 1)))
    }
  }

  @Test func `networks over clips see as many frames and pixels as is known`() throws {
    func reach(_ network: some FieldDescribing, _ input: [Int]) throws -> [Int] {
      // The last row is the head, which sees everything.
      try #require(ReceptiveField.rows(network.fieldSteps, input: input).dropLast().last).reach
    }
    #expect(try reach(ResNet3D(.r3d18, classes: 2), [16, 112, 112]) == [109, 219, 219])
    #expect(try reach(C3D(classes: 2, features: 4), [16, 112, 112]) == [76, 150, 150])
    #expect(try reach(Slow3D(), [8, 32, 32]) == [9, 15, 15])
    let causal = ResNet3D(.r3d18, classes: 2, causal: true)
    #expect(try reach(causal, [16, 112, 112]) == [109, 219, 219])
  }

  @Test func `sizes and fields of the small network are those that gradients show`() throws {
    for causal in [false, true] {
      let network = Slow3D(widths: [2, 2, 2], causal: causal)
      network.initialized(seed: 2).evaluate()
      var generator = SeededGenerator(seed: 5)
      // Positive weights, so that no rectifier hides a path.
      network.initialize(using: &generator) { name, _ in
        name.hasSuffix("weight") ? .uniform(0.1..<0.2) : nil
      }
      let x = Tensor.ones([1, 3, 32, 32, 32]).requiringGradient()
      let maps = network.features(x)
      let rows = ReceptiveField.rows(network.fieldSteps, input: [32, 32, 32])
      let last = rows[rows.count - 2]
      #expect(Array(maps.shape[2...]) == last.size)
      let seen = gradients(of: maps[0, 0, 5, 2, 2], withRespectTo: [x])[0].abs().sum(axes: [0, 1])
      let frames = seen.sum(axes: [1, 2]).array(of: Float.self)
      let lines = seen.sum(axes: [0, 2]).array(of: Float.self)
      #expect(frames.filter { $0 != 0 }.count == last.reach[0])
      #expect(lines.filter { $0 != 0 }.count == last.reach[1])
      // Output 5 stands at frame 20: the middle of its field, or its end.
      #expect(frames.lastIndex { $0 != 0 } == (causal ? 20 : 24))
    }
  }
}

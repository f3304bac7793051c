import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct RecognitionTests {
  /// Numbers of parameters that torchvision 0.29.2 counts; lenet's by hand.
  private static let counts = [
    "lenet": 61_706, "alexnet": 61_100_840, "vgg11": 132_863_336, "vgg11_bn": 132_868_840,
    "vgg13": 133_047_848, "vgg13_bn": 133_053_736, "vgg16": 138_357_544,
    "vgg16_bn": 138_365_992, "vgg19": 143_667_240, "vgg19_bn": 143_678_248,
    "resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032,
    "resnet101": 44_549_160, "resnet152": 60_192_808, "densenet121": 7_978_856,
    "mobilenet_v2": 3_504_872,
  ]

  @Test(arguments: counts.keys.sorted())
  func `every network has torchvision's number of parameters`(name: String) throws {
    let model = try #require(ModelCatalogue.entry(named: name)).build()
    #expect(model.network.parameterCount == Self.counts[name])
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"), arguments: ["mobilenet_v2"])
  func `outputs equal torchvision's within the fixture's tolerance`(name: String) throws {
    let fixture = try ParityFixture(name)
    let folder = SharedData.path("parity/\(name)/README.json")
    let recipe = try ModelRecipe(Data(contentsOf: URL(fileURLWithPath: folder)))
    let entry = try #require(ModelCatalogue.entry(named: name))
    let model = try entry.build(configuration: recipe.configuration)
    try model.load(#require(recipe.weights))
    model.network.evaluate()
    let results = try withoutGradients { try model.run(fixture.inputs, taps: recipe.taps) }
    #expect(Set(results.map(\.name)) == Set(fixture.outputs.keys))
    for (name, value) in results { #expect(fixture.mismatch(value, name) == nil) }
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `every network of a fixture has exactly its parameters`() throws {
    for name in ["alexnet", "vgg16", "resnet18", "resnet50", "densenet121", "mobilenet_v2"] {
      let folder = SharedData.path("parity/\(name)/README.json")
      let recipe = try ModelRecipe(Data(contentsOf: URL(fileURLWithPath: folder)))
      let network = try #require(ModelCatalogue.entry(named: name)).build().network
      var shapes: [String: [Int]] = [:]
      for (name, parameter) in network.namedParameters { shapes[name] = parameter.shape }
      for (name, buffer) in network.namedBuffers where buffer.isRequired {
        shapes[name] = buffer.shape
      }
      #expect(shapes == recipe.weights?.parameters)
    }
  }

  @Test func `an input of the wrong shape or type is refused by name`() throws {
    let model = try #require(ModelCatalogue.entry(named: "alexnet")).build()
    func message(_ inputs: [String: Tensor]) -> String? {
      do {
        _ = try model.run(inputs)
        return nil
      } catch { return "\(error)" }
    }
    #expect(message([:]) == "input image is missing: float32 [B, 3, H, W]")
    #expect(
      message(["image": .zeros([1, 1, 64, 64])])
        == """
        input image: expected float32 [B, 3, H, W] with H at least 63, W at least 63, \
        got float32 [1, 1, 64, 64]
        """)
    #expect(message(["image": .zeros([1, 3, 62, 64])])?.contains("H at least 63") == true)
    #expect(message(["image": .zeros([1, 3, 64, 64], .float64)])?.contains("float64") == true)
  }

  @Test(arguments: ["alexnet", "densenet121", "vgg11", "mobilenet_v2", "resnet18"])
  func `the least picture that an entry allows passes`(name: String) throws {
    let entry = try #require(ModelCatalogue.entry(named: name))
    let least = entry.inputs[0].axes.map { axis in
      switch axis {
      case .any(_, let least, _): least
      case .exactly(let length): length
      }
    }
    let model = try entry.build(configuration: Data(#"{"classes": 2}"#.utf8))
    var unused = SeededGenerator(seed: 0)
    model.network.initialize(using: &unused) { _, _ in .zeros }
    model.network.evaluate()
    let logits = try withoutGradients { try model.run(["image": .zeros(least)]) }[0]
    #expect(logits.value.shape == [1, 2])
  }

  @Test func `a residual network has the stem that its configuration names`() throws {
    let entry = try #require(ModelCatalogue.entry(named: "resnet18"))
    func kernel(_ json: String) throws -> [Int]? {
      try entry.build(configuration: Data(json.utf8)).network.namedParameters
        .first { $0.name == "conv1.weight" }?.parameter.shape
    }
    #expect(try kernel("{}") == [64, 3, 7, 7])
    #expect(try kernel(#"{"classes": 10, "stem": "small"}"#) == [64, 3, 3, 3])
    #expect(throws: ModelError.self) { try kernel(#"{"stem": "tiny"}"#) }
  }

  @Test func `an impossible configuration is refused`() throws {
    let entry = try #require(ModelCatalogue.entry(named: "resnet18"))
    for json in [#"{"classes": 0}"#, #"{"classes": -4}"#, #"{"classes": "ten"}"#, "[]", "{"] {
      #expect(throws: ModelError.self) { try entry.build(configuration: Data(json.utf8)) }
    }
    #expect(throws: ModelError.self) {
      try entry.build().run(["image": .zeros([1, 3, 8, 8])], taps: ["x": "layer9"])
    }
  }

  @Test func `the summary counts what each layer costs`() throws {
    let network = LeNet().initialized(seed: 1)
    let summary = network.summary { _ = network(.zeros([1, 1, 28, 28])) }
    // 28^2 * 6 * 25 + 10^2 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10
    #expect(summary.multiplyAdds == 117_600 + 240_000 + 48_000 + 10_080 + 840)
    #expect(summary.rows.first { $0.name == "conv2" }?.outputShape == [1, 16, 10, 10])
    #expect(summary.parameterCount == 61_706)
  }
}

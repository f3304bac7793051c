import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct PointNetParityTests {
  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: [
      "pointnet_cls", "pointnet2_cls_ssg", "pointnet2_cls_msg", "pointnet2_sem_seg",
      "pointnet2_part_seg_msg",
    ])
  func `networks agree with their fixtures, activations included`(name: String) throws {
    let fixture = try ParityFixture(name)
    let path = SharedData.path("parity/\(name)/README.json")
    let recipe = try ModelRecipe(Data(contentsOf: URL(fileURLWithPath: path)))
    let model = try #require(ModelCatalogue.entry(named: name))
      .build(configuration: recipe.configuration)
    try model.load(#require(recipe.weights))
    model.network.evaluate()
    let results = try withoutGradients { try model.run(fixture.inputs, taps: recipe.taps) }
    #expect(Set(results.map(\.name)).isSuperset(of: fixture.outputs.keys))
    for (name, value) in results where fixture.outputs[name] != nil {
      #expect(fixture.mismatch(value, name) == nil)
    }
  }

  @Test func `the cost of a network is that of all its layers`() throws {
    let network = PointNet2Classifier()
    network.initialized(seed: 1).evaluate()
    var generator = SeededGenerator(seed: 1)
    let points = PointFeatures(
      positions: .uniform([1, 600, 3], in: -1..<1, using: &generator))
    let summary = try withoutGradients { try network.summary { _ = try network(points) } }
    let levels =
      512 * 32 * (3 * 64 + 64 * 64 + 64 * 128)
      + 128 * 64 * (131 * 128 + 128 * 128 + 128 * 256)
      + 128 * (259 * 256 + 256 * 512 + 512 * 1024)
    #expect(summary.multiplyAdds == levels + 1024 * 512 + 512 * 256 + 256 * 40)
  }

  /// The single-scale network's 1.476 million are public; the others are the fixtures' counts without running statistics.
  @Test(arguments: [
    ("pointnet2_cls_ssg", 1_475_688), ("pointnet2_cls_msg", 1_747_368),
    ("pointnet2_sem_seg", 968_269), ("pointnet2_part_seg_msg", 1_740_958),
    ("pointnet_cls", 3_471_473),
  ])
  func `networks have the published numbers of parameters`(name: String, count: Int) throws {
    let model = try #require(ModelCatalogue.entry(named: name)).build()
    #expect(model.network.parameterCount == count)
  }
}

import Foundation
import Geometry
import Models
import Networks
import PointClouds
import Tensors
import TestSupport
import Testing

struct VoteNetTests {
  @Test(arguments: [("votenet_sunrgbd", 951_506), ("votenet_scannet", 953_828)])
  func `networks have the published numbers of parameters`(name: String, count: Int) throws {
    let model = try #require(ModelCatalogue.entry(named: name)).build()
    #expect(model.network.parameterCount == count)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: ["votenet_sunrgbd", "votenet_scannet"])
  func `networks agree with the reference, folded and layer by layer`(name: String) throws {
    let fixture = try ParityFixture(name)
    let path = SharedData.path("parity/\(name)/README.json")
    let recipe = try ModelRecipe(Data(contentsOf: URL(fileURLWithPath: path)))
    let model = try #require(ModelCatalogue.entry(named: name))
      .build(configuration: recipe.configuration)
    try model.load(#require(recipe.weights))
    model.network.evaluate()
    let folded = try withoutGradients { try model.run(fixture.inputs) }
    #expect(Set(folded.map(\.name)) == Set(fixture.outputs.keys))
    for (name, value) in folded { #expect(fixture.mismatch(value, name) == nil) }
    let single = try model.run(fixture.inputs)
    for (name, value) in single {
      #expect(fixture.mismatch(value.detached(), name) == nil, "layer by layer")
    }
    let centers = [folded, single].compactMap { $0.first { $0.name == "center" }?.value.detached() }
    #expect(centers.count == 2 && !centers[0].isEqual(to: centers[1]), "nothing was folded")
  }

  private func small(_ change: (inout VoteNet.Configuration) -> Void = { _ in })
    -> VoteNet.Configuration
  {
    var form = VoteNet.Configuration(
      classes: 2, headingBins: 4, meanSizes: [Vector3(1, 1, 1), Vector3(2, 1, 0.5)])
    form.width = 4
    form.levels = [
      VoteNet.Level(centers: 32, radius: 0.6, neighbors: 8),
      VoteNet.Level(centers: 16, radius: 1, neighbors: 8),
      VoteNet.Level(centers: 8, radius: 2, neighbors: 4),
      VoteNet.Level(centers: 4, radius: 3, neighbors: 4),
    ]
    form.proposals = VoteNet.Level(centers: 6, radius: 1, neighbors: 4)
    change(&form)
    return form
  }

  private func clouds(_ count: Int, width: Int = 4) -> Tensor {
    var generator = SeededGenerator(seed: 3)
    return Tensor.uniform([2, count, width], using: &generator) * 3 + 0.5
  }

  @Test func `a proposal's place is chosen among votes or seeds, or drawn`() throws {
    let x = clouds(100)
    for rule in VoteNet.ProposalSampling.allCases {
      let network = VoteNet(small { $0.evaluationSampling = rule }).initialized(seed: 1)
      network.evaluate()
      let found = try withoutGradients { try network(x) }
      let (said, places) = (found.predictions, found.placeIndices)
      #expect(
        said.places.isEqual(to: said.votes.gatheringPoints(at: places, layout: .pointsFirst)))
      let positions = rule == .votes ? said.votes : said.seeds
      let farthest = try FarthestPointSampling(count: 6).indices(of: positions)
      #expect(places.isEqual(to: farthest) == (rule != .random), "\(rule)")
      #expect(try withoutGradients { try network(x) }.placeIndices.isEqual(to: places))
    }
  }

  @Test func `clouds smaller than the levels, without features and with several votes run`() throws
  {
    let form = small {
      $0.extraFeatures = 0
      $0.votesPerSeed = 2
    }
    let network = VoteNet(form).initialized(seed: 1)
    let found = try network(clouds(5, width: 3)).predictions
    #expect(found.votes.shape == [2, 32, 3])
    #expect(found.sizeResiduals.shape == [2, 6, 2, 3])
    network.evaluate()
    let alone = try withoutGradients { try network(clouds(5, width: 3)) }.predictions
    #expect(alone.classScores.shape == [2, 6, 2])
  }

  @Test func `training sees the batch, and all parameters get gradients`() throws {
    let network = VoteNet(small()).initialized(seed: 1)
    let found = try network(clouds(100)).predictions
    let all = [
      found.votes.square().mean(), found.objectness.square().mean(), found.centers.square().mean(),
      found.headingScores.square().mean(), found.headingResiduals.square().mean(),
      found.sizeScores.square().mean(), found.sizeResiduals.square().mean(),
      found.classScores.square().mean(),
    ]
    let slopes = network.gradients(of: all.dropFirst().reduce(all[0]) { $0 + $1 })
    #expect(slopes.values.count == network.parameters.count)
    for (name, slope) in zip(network.namedParameters.map(\.name), slopes.values)
    where !(name.hasSuffix("conv1.bias") || name.hasSuffix("conv2.bias")) {
      // The bias before a normalisation moves nothing.
      #expect(slope.abs().max().item(of: Float.self) > 0, "\(name)")
    }
  }

  @Test func `a form that describes no network is refused`() {
    #expect(small().problem == nil)
    #expect(small { $0.proposals.centers = 17 }.problem?.contains("16 seeds") == true)
    #expect(small { $0.levels.removeLast() }.problem != nil)
    #expect(small { $0.levels[2].centers = 17 }.problem != nil)
    #expect(small { $0.meanSizes = [Vector3(1, 0, 1)] }.problem != nil)
    #expect(throws: ModelError.self) {
      _ = try ModelCatalogue.entry(named: "votenet_scannet")?
        .build(configuration: Data(#"{"levels": [[8, [1]]]}"#.utf8))
    }
  }
}

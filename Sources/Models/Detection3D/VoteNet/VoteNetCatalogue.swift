import Geometry
import Networks
import Tensors

/// What the parity fixtures configure.
private struct VoteNetDescription: Decodable, Sendable {
  struct Aggregation: Decodable, Sendable {
    var radius: Double
    var nsample: Int
  }
  struct Rung: Decodable, Sendable {
    var centers: Int
    var radius: Double
    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      centers = try row.decode(Int.self)
      radius = try row.decode([Double].self).first ?? 0
    }
  }
  var classes: Int?
  var headingBins: Int?
  var meanSizes: [[Double]]?
  var levels: [Rung]?
  var nsample: [Int]?
  var aggregation: Aggregation?
  var inputFeatureDim: Int?
  var numProposal: Int?
  var voteFactor: Int?
  var sampling: String?
  var width: Int?
  /// Whether wrong behaviour of the original is kept.
  var original: Bool?

  enum CodingKeys: String, CodingKey {
    case classes, levels, nsample, aggregation, sampling, width, original
    case headingBins = "heading_bins"
    case meanSizes = "mean_sizes"
    case inputFeatureDim = "input_feature_dim"
    case numProposal = "num_proposal"
    case voteFactor = "vote_factor"
  }

  func form(_ usual: VoteNet.Configuration) throws -> VoteNet.Configuration {
    var form = usual
    form.classes = classes ?? form.classes
    form.headingBins = headingBins ?? form.headingBins
    if let meanSizes {
      guard meanSizes.allSatisfy({ $0.count == 3 }) else {
        throw ModelError.configuration("mean_sizes: each has a length, a width and a height")
      }
      form.meanSizes = meanSizes.map { Vector3($0[0], $0[1], $0[2]) }
    }
    form.extraFeatures = inputFeatureDim ?? form.extraFeatures
    form.votesPerSeed = voteFactor ?? form.votesPerSeed
    form.width = width ?? form.width
    if let levels {
      form.levels = levels.enumerated().map { place, rung in
        VoteNet.Level(
          centers: rung.centers, radius: rung.radius,
          neighbors: place < form.levels.count ? form.levels[place].neighbors : 16)
      }
    }
    if let nsample, nsample.count == form.levels.count {
      for (place, count) in nsample.enumerated() { form.levels[place].neighbors = count }
    }
    form.proposals = VoteNet.Level(
      centers: numProposal ?? form.proposals.centers,
      radius: aggregation?.radius ?? form.proposals.radius,
      neighbors: aggregation?.nsample ?? form.proposals.neighbors)
    if let sampling {
      guard let rule = VoteNet.ProposalSampling(rawValue: sampling) else {
        throw ModelError.configuration("sampling: vote_fps, seed_fps or random")
      }
      form.evaluationSampling = rule
    }
    if original == true { form.compatibility = .original }
    if let problem = form.problem { throw ModelError.configuration(problem) }
    return form
  }
}

extension ModelCatalogue {
  /// Boxes in clouds of rooms by voting.
  static let voting: [ModelEntry] = [
    voteNet("votenet_sunrgbd", "VoteNet, ten kinds of furniture with headings", .sunRGBD),
    voteNet("votenet_scannet", "VoteNet, eighteen kinds of furniture along the axes", .scanNet),
  ]

  private static func voteNet(
    _ name: String, _ summary: String, _ usual: VoteNet.Configuration
  ) -> ModelEntry {
    ModelEntry(
      name, summary,
      inputs: [
        ModelInput("point_clouds", [.batch, .any("N", least: 1, example: 20_000), .width])
      ], configuration: VoteNetDescription.self
    ) {
      VoteNet(try $0.form(usual))
    } run: { network, inputs in
      let clouds = inputs["point_clouds"]
      guard clouds.shape[2] == 3 + network.configuration.extraFeatures else {
        throw ModelError.input(
          "point_clouds: rows of \(3 + network.configuration.extraFeatures) numbers, not \(clouds.shape[2])"
        )
      }
      return try network(clouds).named(network.configuration)
    }
  }
}

extension ModelInput.Axis {
  fileprivate static let width = ModelInput.Axis.any("3 + features", least: 3, example: 4)
}

extension VoteNet.Output {
  /// Under the original's names, channels before points.
  fileprivate func named(
    _ form: VoteNet.Configuration
  ) -> [(name: String, value: Tensor)] {
    let said = predictions
    let sizes = Tensor(
      form.meanSizes.flatMap { [Float($0.x), Float($0.y), Float($0.z)] },
      shape: [form.meanSizes.count, 3])
    return [
      ("sa1_inds", firstIndices), ("sa1_features", firstFeatures.transposed(1, 2).contiguous()),
      ("seed_inds", said.seedIndices), ("seed_xyz", said.seeds),
      ("seed_features", seedFeatures.transposed(1, 2).contiguous()), ("vote_xyz", said.votes),
      ("aggregated_vote_inds", placeIndices), ("aggregated_vote_xyz", said.places),
      ("objectness_scores", said.objectness), ("center", said.centers),
      ("heading_scores", said.headingScores),
      ("heading_residuals_normalized", said.headingResiduals),
      ("heading_residuals", said.headingResiduals * (Double.pi / Double(form.headingBins))),
      ("size_scores", said.sizeScores), ("size_residuals_normalized", said.sizeResiduals),
      ("size_residuals", said.sizeResiduals * sizes), ("sem_cls_scores", said.classScores),
    ]
  }
}

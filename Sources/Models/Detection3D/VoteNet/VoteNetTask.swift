public import Configuration
import Geometry
import Networks
import PointClouds
import Tensors

/// VoteNet with all that training, evaluation and inference need: boxes in clouds of rooms.
public struct VoteNetTask: CloudTask {
  /// What a definition may set.
  public struct Settings: ParameterSet {
    /// Points drawn of each cloud.
    @Setting("Points drawn of each cloud", in: 16...1_000_000) public var points = 20_000
    /// Whether the height above the floor is given beside each position.
    @Setting("Whether the height above the floor is given beside each position")
    public var height = true
    /// Parts of a full turn that headings are sorted into.
    @Setting("Parts of a full turn that headings are sorted into", in: 1...360)
    public var headingBins = 12
    /// Places for boxes of a cloud; further ones are left out.
    @Setting("Places for boxes of a cloud; further ones are left out", in: 1...4096)
    public var maxObjects = 64
    /// Channels of the first layer; other widths are multiples of it.
    @Setting("Channels of the first layer; other widths are multiples of it", in: 1...1024)
    public var width = 64
    /// Centres of the four levels.
    @Setting("Centres of the four levels", in: 1...1_000_000)
    public var centers = [2048, 1024, 512, 256]
    /// Radius of the balls of each level, metres.
    @Setting("Radius of the balls of each level, metres", in: 0.001...1000)
    public var radii = [0.2, 0.4, 0.8, 1.2]
    /// Points of a ball of each level.
    @Setting("Points of a ball of each level", in: 1...4096)
    public var neighbors = [64, 32, 16, 16]
    /// Number of proposals.
    @Setting("Number of proposals", in: 1...65536) public var proposals = 256
    /// Radius of the balls of votes, metres.
    @Setting("Radius of the balls of votes, metres", in: 0.001...1000) public var voteRadius = 0.3
    /// Votes of a ball.
    @Setting("Votes of a ball", in: 1...4096) public var voteNeighbors = 16
    /// Votes of each seed.
    @Setting("Votes of each seed", in: 1...16) public var votesPerSeed = 1
    /// How places of proposals are chosen in training.
    @Setting(
      "How places of proposals are chosen in training",
      choices: VoteNet.ProposalSampling.allCases.map(\.rawValue))
    public var sampling = "vote_fps"
    /// How places of proposals are chosen in evaluation.
    @Setting(
      "How places of proposals are chosen in evaluation",
      choices: VoteNet.ProposalSampling.allCases.map(\.rawValue))
    public var evaluationSampling = "seed_fps"
    /// Proposals nearer than this to a centre are of an object, metres.
    @Setting("Proposals nearer than this to a centre are of an object, metres", in: 0...1000)
    public var near = 0.3
    /// Proposals farther than this from all centres are of none, metres.
    @Setting("Proposals farther than this from all centres are of none, metres", in: 0...1000)
    public var far = 0.6
    /// Boxes around fewer points are dropped.
    @Setting("Boxes around fewer points are dropped", in: 0...1_000_000) public var minPoints = 5
    /// Boxes that are less probably an object are dropped.
    @Setting("Boxes that are less probably an object are dropped", in: 0...1)
    public var minScore = 0.05
    /// IoU of envelopes above which the worse box of a class is dropped.
    @Setting("IoU of envelopes above which the worse box of a class is dropped", in: 0...1)
    public var maxOverlap = 0.25
    /// Whether evaluation scores each box for every class.
    @Setting("Whether evaluation scores each box for every class")
    public var scoresAllClasses = true
    /// Whether wrong behaviour of the original is kept (docs/detection.md).
    @Setting("Whether wrong behaviour of the original is kept (docs/detection.md)")
    public var original = false

    /// The defaults.
    public init() {}
  }

  /// The name in definitions and weights.
  public static let name = "votenet"
  /// Boxes.
  public static let goal = CloudGoal.detection
  /// What it is.
  public static let summary = "VoteNet: boxes in clouds of rooms by voting"

  /// What the definition set.
  public let settings: Settings
  /// What is told apart.
  public let classes: CloudClasses
  /// The form of the network.
  public let form: VoteNet.Configuration
  /// How boxes are told.
  public let coder: VoteNet.BoxCoder

  /// A task; each class has one typical size.
  public init(_ settings: Settings, classes: CloudClasses) throws {
    guard !classes.names.isEmpty, classes.meanSizes.count == classes.names.count else {
      throw ModelError.configuration(
        "votenet needs the mean size of each class: \(classes.meanSizes.count) for \(classes.names.count) classes"
      )
    }
    guard settings.centers.count == 4, settings.radii.count == 4, settings.neighbors.count == 4
    else {
      throw ModelError.configuration("votenet: centers, radii and neighbors have four values each")
    }
    guard settings.near <= settings.far else {
      throw ModelError.configuration("votenet: near is not above far")
    }
    var form = VoteNet.Configuration(
      classes: classes.names.count, headingBins: settings.headingBins,
      meanSizes: classes.meanSizes)
    form.extraFeatures = settings.height ? 1 : 0
    form.width = settings.width
    form.levels = settings.centers.indices.map {
      VoteNet.Level(
        centers: settings.centers[$0], radius: settings.radii[$0],
        neighbors: settings.neighbors[$0])
    }
    form.proposals = VoteNet.Level(
      centers: settings.proposals, radius: settings.voteRadius, neighbors: settings.voteNeighbors)
    form.votesPerSeed = settings.votesPerSeed
    form.trainingSampling = .init(rawValue: settings.sampling) ?? .votes
    form.evaluationSampling = .init(rawValue: settings.evaluationSampling) ?? .seeds
    if settings.original { form.compatibility = .original }
    if let problem = form.problem { throw ModelError.configuration("votenet: \(problem)") }
    self.settings = settings
    self.classes = classes
    self.form = form
    coder = VoteNet.BoxCoder(headingBins: form.headingBins, meanSizes: form.meanSizes)
  }

  /// A network without values.
  public func makeNetwork() -> VoteNet { VoteNet(form) }

  /// What turns the network's outputs into boxes.
  public var decoder: VoteNet.Decoder {
    var decoder = VoteNet.Decoder(coder, classes: classes.names)
    decoder.minPoints = settings.minPoints
    decoder.minScore = settings.minScore
    decoder.maxOverlap = settings.maxOverlap
    return decoder
  }

  /// The parts of the loss; their weighted sum is the paper's.
  public func losses(_ network: VoteNet, _ batch: CloudBatch) throws -> [CloudLoss] {
    var loss = VoteNet.Loss(coder, compatibility: form.compatibility)
    (loss.near, loss.far) = (settings.near, settings.far)
    let parts = loss(
      try network(batch["point_clouds"]).predictions, VoteNet.Targets { batch[$0] })
    return [
      CloudLoss("vote", parts.vote, weight: 10),
      CloudLoss("objectness", parts.objectness, weight: 5),
      CloudLoss("center", parts.center, weight: 10),
      CloudLoss("heading_class", parts.headingClass, weight: 1),
      CloudLoss("heading_residual", parts.headingResidual, weight: 10),
      CloudLoss("size_class", parts.sizeClass, weight: 1),
      CloudLoss("size_residual", parts.sizeResidual, weight: 10),
      CloudLoss("class", parts.classes, weight: 1),
    ]
  }

  /// Boxes beside those that are true and of known classes.
  public func results(_ network: VoteNet, _ batch: CloudBatch) throws -> [CloudResult] {
    let clouds = batch["point_clouds"]
    var decoder = decoder
    decoder.scoresAllClasses = settings.scoresAllClasses
    let found = try decoder.boxes(network(clouds).predictions, in: clouds)
    return zip(found, batch.sources).map { boxes, source in
      .boxes(boxes, truth: source.boxes.filter { classes.index(of: $0.label) != nil })
    }
  }
}

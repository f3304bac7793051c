public import Geometry

extension VoteNet {
  /// The form of a network.
  public struct Configuration: Sendable, Equatable {
    /// Number of classes.
    public var classes: Int
    /// Parts of a full turn that headings are sorted into.
    public var headingBins: Int
    /// Typical lengths, widths and heights that sizes are told against, metres.
    public var meanSizes: [Vector3]
    /// Numbers beside the position of each point: 1 for the height above the floor.
    public var extraFeatures = 1
    /// The four levels, from fine to coarse.
    public var levels = [
      Level(centers: 2048, radius: 0.2, neighbors: 64),
      Level(centers: 1024, radius: 0.4, neighbors: 32),
      Level(centers: 512, radius: 0.8, neighbors: 16),
      Level(centers: 256, radius: 1.2, neighbors: 16),
    ]
    /// Channels of the first layer; all other widths are multiples of it.
    public var width = 64
    /// Votes of each seed.
    public var votesPerSeed = 1
    /// How votes are brought together: the places are the proposals.
    public var proposals = Level(centers: 256, radius: 0.3, neighbors: 16)
    /// How places of proposals are chosen in training.
    public var trainingSampling = ProposalSampling.votes
    /// How places of proposals are chosen in evaluation.
    public var evaluationSampling = ProposalSampling.seeds
    /// What of the original is kept although it is wrong.
    public var compatibility = Compatibility()

    /// A form; the sizes of levels are those of the paper.
    ///
    /// - Parameters:
    ///   - classes: Number of classes.
    ///   - headingBins: Parts of a full turn that headings are sorted into.
    ///   - meanSizes: Typical lengths, widths and heights, metres.
    public init(classes: Int, headingBins: Int, meanSizes: [Vector3]) {
      self.classes = classes
      self.headingBins = headingBins
      self.meanSizes = meanSizes
    }

    /// Numbers that the head gives for each proposal.
    var outputs: Int { 2 + 3 + 2 * headingBins + 4 * meanSizes.count + classes }

    /// What is wrong with it, or nil.
    public var problem: String? {
      let counts = levels.map(\.centers)
      let bounds = 1...(1 << 20)
      if !(1...65536).contains(classes) || !(1...360).contains(headingBins) {
        return "\(classes) classes and \(headingBins) heading bins do not describe a head"
      }
      if meanSizes.isEmpty || meanSizes.count > 65536
        || !meanSizes.allSatisfy({ $0.x > 0 && $0.y > 0 && $0.z > 0 && $0.x + $0.y + $0.z < 1e6 })
      {
        return "mean sizes are lengths, widths and heights above 0, at least one"
      }
      if counts.count != 4 || zip(counts, counts.dropFirst()).contains(where: { $0 < $1 })
        || !(levels + [proposals]).allSatisfy({
          bounds.contains($0.centers) && bounds.contains($0.neighbors) && $0.radius > 0
            && $0.radius < 1e6
        })
      {
        return
          "there are four levels of positive sizes, each with no more centres than the one before"
      }
      if !(0...1024).contains(extraFeatures) || !(1...1024).contains(width)
        || !(1...16).contains(votesPerSeed)
      {
        return "extra features, width or votes of a seed do not describe a network"
      }
      if proposals.centers > counts[1] {
        return "\(proposals.centers) proposals are more than the \(counts[1]) seeds"
      }
      return nil
    }
  }

  /// A step from many points to fewer centres.
  public struct Level: Sendable, Equatable {
    /// Number of centres.
    public var centers: Int
    /// Radius of the ball around each centre, metres.
    public var radius: Double
    /// Points taken of each ball.
    public var neighbors: Int

    /// A step.
    ///
    /// - Parameters:
    ///   - centers: Number of centres.
    ///   - radius: Radius of the ball around each centre, metres.
    ///   - neighbors: Points taken of each ball.
    public init(centers: Int, radius: Double, neighbors: Int) {
      self.centers = centers
      self.radius = radius
      self.neighbors = neighbors
    }
  }

  /// How the places of proposals are chosen.
  public enum ProposalSampling: String, Sendable, CaseIterable {
    /// Farthest point sampling of the votes, for training.
    case votes = "vote_fps"
    /// The votes of seeds found by farthest point sampling, for evaluation.
    case seeds = "seed_fps"
    /// Votes drawn with equal chances, the same at each call.
    case random
  }

  /// Behaviour of the original that is wrong; all of it is off unless results must equal the original's.
  public struct Compatibility: Sendable, Equatable {
    /// Whether farthest point sampling leaves out points within about 3 cm of the origin, as the original's kernel does.
    public var ignoresPointsNearOrigin = false
    /// Whether the loss takes the padding of the list of boxes for boxes at the origin.
    public var seesBoxesInPadding = false

    /// Correct behaviour.
    public init() {}

    /// The original's behaviour.
    public static var original: Compatibility {
      var result = Compatibility()
      (result.ignoresPointsNearOrigin, result.seesBoxesInPadding) = (true, true)
      return result
    }
  }
}

extension VoteNet.Configuration {
  /// Ten kinds of furniture with headings, as in SUN RGB-D.
  public static let sunRGBD = Self(
    classes: 10, headingBins: 12,
    meanSizes: [
      Vector3(2.114256, 1.6203, 0.927272), Vector3(0.791118, 1.279516, 0.718182),
      Vector3(0.923508, 1.867419, 0.845495), Vector3(0.591958, 0.552978, 0.827272),
      Vector3(0.699104, 0.454178, 0.75625), Vector3(0.69519, 1.346299, 0.736364),
      Vector3(0.528526, 1.002642, 1.172878), Vector3(0.500618, 0.632163, 0.683424),
      Vector3(0.404671, 1.071108, 1.688889), Vector3(0.76584, 1.398258, 0.472728),
    ])

  /// Eighteen kinds of furniture along the axes, as in ScanNet.
  public static let scanNet = Self(
    classes: 18, headingBins: 1,
    meanSizes: [
      Vector3(0.76966726, 0.811602112, 0.925737414), Vector3(1.876858, 1.842559516, 1.193156544),
      Vector3(0.613279989, 0.614860868, 0.718270143),
      Vector3(1.395500629, 1.512154514, 0.834435645),
      Vector3(0.979495959, 1.067514849, 0.632968745),
      Vector3(0.531663005, 0.595557716, 1.750014828),
      Vector3(0.962470565, 0.724623255, 1.14818682),
      Vector3(0.832219237, 1.049093547, 1.687566337),
      Vector3(0.211322141, 0.420615903, 0.537284589),
      Vector3(1.444007275, 1.897083342, 0.269857472),
      Vector3(1.029426163, 1.404079664, 0.875543219),
      Vector3(1.376641155, 0.655217931, 1.681312918),
      Vector3(0.665081894, 0.711119262, 1.298853067),
      Vector3(0.419991738, 0.379069468, 1.751397152),
      Vector3(0.593595585, 0.591249244, 0.739190137),
      Vector3(0.508675948, 0.506560867, 0.301362355),
      Vector3(1.151152646, 1.054629599, 0.497067937),
      Vector3(0.475352863, 0.492494933, 0.580211681),
    ])
}

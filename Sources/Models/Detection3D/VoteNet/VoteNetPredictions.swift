public import Tensors

extension VoteNet {
  /// What the network says of each proposal, with the votes that led there; B clouds, S seeds, V votes, K proposals.
  public struct Predictions {
    /// Numbers of the points that are seeds, `[B, S]` Int32.
    public var seedIndices: Tensor
    /// Positions of the seeds, `[B, S, 3]`.
    public var seeds: Tensor
    /// Positions of the votes, seed by seed, `[B, V, 3]`.
    public var votes: Tensor
    /// Positions of the votes that proposals gather around, `[B, K, 3]`.
    public var places: Tensor
    /// Scores of being no object and an object, `[B, K, 2]`.
    public var objectness: Tensor
    /// Centres, `[B, K, 3]`.
    public var centers: Tensor
    /// Scores of the heading bins, `[B, K, H]`.
    public var headingScores: Tensor
    /// Turns beyond the middle of each bin, in half bins, `[B, K, H]`.
    public var headingResiduals: Tensor
    /// Scores of the typical sizes, `[B, K, M]`.
    public var sizeScores: Tensor
    /// Differences to each typical size, in parts of it, `[B, K, M, 3]`.
    public var sizeResiduals: Tensor
    /// Scores of the classes, `[B, K, C]`.
    public var classScores: Tensor

    /// Predictions by the names of the original, `seed_xyz` and so on.
    ///
    /// - Parameter tensors: Gives the tensor of a name.
    public init(_ tensors: (String) throws -> Tensor) rethrows {
      seedIndices = try tensors("seed_inds")
      seeds = try tensors("seed_xyz")
      votes = try tensors("vote_xyz")
      places = try tensors("aggregated_vote_xyz")
      objectness = try tensors("objectness_scores")
      centers = try tensors("center")
      headingScores = try tensors("heading_scores")
      headingResiduals = try tensors("heading_residuals_normalized")
      sizeScores = try tensors("size_scores")
      sizeResiduals = try tensors("size_residuals_normalized")
      classScores = try tensors("sem_cls_scores")
    }

    /// Predictions of the head's numbers.
    init(
      _ base: Backbone.Output, votes: Tensor, _ found: ProposalModule.Output, _ form: Configuration
    ) {
      let (bins, sizes) = (form.headingBins, form.meanSizes.count)
      let parts = found.numbers.split([2, 3, bins, bins, sizes, 3 * sizes, form.classes], axis: 2)
      (seedIndices, seeds) = (base.seedIndices, base.seeds)
      (self.votes, places) = (votes, found.positions)
      (objectness, centers) = (parts[0], found.positions + parts[1])
      (headingScores, headingResiduals) = (parts[2], parts[3])
      sizeScores = parts[4]
      sizeResiduals = parts[5].reshaped(Array(found.numbers.shape.prefix(2)) + [sizes, 3])
      classScores = parts[6]
    }
  }
}

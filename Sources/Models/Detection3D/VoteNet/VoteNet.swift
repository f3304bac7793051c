public import Networks
public import Tensors

/// Boxes in clouds by voting: each seed votes for the centre of its object, votes that agree make a proposal.
///
/// Parameters have the names of the authors' files. Clouds are z up; which horizontal axis is forward does not matter.
///
/// - Note: Source: Qi et al., "Deep Hough voting for 3D object detection in point clouds", ICCV 2019. Differs by default where
///   ``Compatibility`` says so.
public final class VoteNet: Module {
  let backboneNet: Backbone
  let vgen: VotingModule
  let pnet: ProposalModule
  /// The form of the network.
  public let configuration: Configuration

  /// A network without values.
  ///
  /// - Parameter configuration: Its form, which must have no ``Configuration/problem``.
  public init(_ configuration: Configuration) {
    precondition(configuration.problem == nil, configuration.problem ?? "")
    self.configuration = configuration
    backboneNet = Backbone(configuration)
    vgen = VotingModule(configuration)
    pnet = ProposalModule(configuration)
  }

  /// Predictions with what led to them.
  public struct Output {
    /// What is said of each proposal.
    public var predictions: Predictions
    /// Numbers of the points at the centres of the first level, `[B, N]` Int32.
    public var firstIndices: Tensor
    /// Features there, `[B, N, C]`.
    public var firstFeatures: Tensor
    /// Features of the seeds, `[B, S, C]`.
    public var seedFeatures: Tensor
    /// Numbers of the votes that proposals gather around, `[B, K]` Int32.
    public var placeIndices: Tensor
  }

  /// Looks for objects.
  ///
  /// - Parameter clouds: `[B, N, 3 + extra features]`, Float, metres, z up; at least one point.
  /// - Returns: Predictions.
  /// - Throws: `PointCloudError` when a coordinate is not finite.
  public func callAsFunction(_ clouds: Tensor) throws -> Output {
    requireInput(
      clouds.rank == 3 && clouds.shape[2] == 3 + configuration.extraFeatures && clouds.shape[1] > 0,
      clouds, expected: "[B, N, \(3 + configuration.extraFeatures)]")
    let base = try backboneNet(clouds)
    let (votes, features) = vgen(base.seeds, base.features)
    let found = try pnet(votes, features)
    return Output(
      predictions: Predictions(base, votes: votes, found, configuration),
      firstIndices: base.firstIndices,
      firstFeatures: base.firstFeatures, seedFeatures: base.features, placeIndices: found.indices)
  }
}

public import Networks
public import Tensors

/// PointNet++ that tells the part of an object that each point belongs to.
///
/// - Note: Source: Qi et al., "PointNet++", NeurIPS 2017, section 4.4 and appendix B. Names of the weights as in
///   yanx27/Pointnet_Pointnet2_pytorch, `pointnet2_part_seg_ssg` and `pointnet2_part_seg_msg`.
public final class PointNet2PartSegmenter: Module {
  let sa1: any PointAbstraction
  let sa2: any PointAbstraction
  let sa3: SetAbstraction
  let fp3: FeaturePropagation
  let fp2: FeaturePropagation
  let fp1: FeaturePropagation
  let conv1: Conv1D
  let bn1: BatchNorm1D
  let conv2: Conv1D
  private let drop1: Dropout

  /// A network without values.
  ///
  /// - Parameters:
  ///   - parts: Number of parts of all objects.
  ///   - categories: Number of kinds of objects; 0 when the network is not told what it sees.
  ///   - scales: Neighbourhoods of one size or of several around each centre.
  ///   - channels: Features of each point, without its position: 3 for normals.
  ///   - width: Factor of all widths.
  ///   - dropout: Share of hidden values that are left out in training.
  ///   - rules: Choices among implementations.
  public init(
    parts: Int = 50, categories: Int = 16, scales: PointNet2Scales = .single, channels: Int = 0,
    width: Double = 1, dropout: Double = 0.5, rules: PointNet2Rules = .init()
  ) {
    let known = 3 + channels
    sa1 = scales.level(
      PointNet2Scales.partFine, centres: 512, channels: known, width: width, rules)
    sa2 = scales.level(
      PointNet2Scales.partCoarse, centres: 128, channels: sa1.outputs, width: width, rules)
    sa3 = SetAbstraction(wholeClouds: [256, 512, 1024].widened(width), channels: sa2.outputs)
    fp3 = FeaturePropagation(
      known: sa2.outputs, coarse: sa3.outputs, widths: [256, 256].widened(width), rules: rules)
    fp2 = FeaturePropagation(
      known: sa1.outputs, coarse: fp3.outputs, widths: [256, 128].widened(width), rules: rules)
    let fine = scales == .single ? [128, 128, 128] : [128, 128]
    fp1 = FeaturePropagation(
      known: categories + 3 + known, coarse: fp2.outputs, widths: fine.widened(width), rules: rules)
    let hidden = [128].widened(width)[0]
    conv1 = Conv1D(fp1.outputs, hidden, kernel: 1)
    bn1 = BatchNorm1D(hidden)
    conv2 = Conv1D(hidden, parts, kernel: 1)
    drop1 = Dropout(dropout)
  }

  /// What the network finds on its way.
  public struct Findings {
    /// The 512 and 128 centres and the whole clouds, then the 512 centres and all points with features propagated back to them.
    public var levels: [PointFeatures]
    /// Scores of the parts, `[B, N, parts]`, no softmax.
    public var scores: Tensor
  }

  /// Scores of the parts, with what led to them.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - category: The kind of object of each cloud, one hot, `[B, categories]`.
  /// - Returns: Scores and levels.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func findings(_ points: PointFeatures, category: Tensor? = nil) throws -> Findings {
    let seen = points.includingPositions
    let fine = try sa1(seen)
    let coarse = try sa2(fine)
    let whole = try sa3(coarse)
    let coarseAgain = try fp3(coarse, from: whole)
    let fineAgain = try fp2(fine, from: coarseAgain)
    var known = seen.includingPositions
    if let category, let features = known.features {
      let repeated = category.unsqueezed(1)
        .expanded(to: [points.clouds, points.count, category.shape[1]])
      known.features = .concatenated([repeated, features], axis: 2)
    }
    let all = try fp1(known, from: fineAgain)
    let scores = scores(of: all, conv1, bn1, drop1, conv2)
    return Findings(levels: [fine, coarse, whole, fineAgain, all], scores: scores)
  }

  /// Scores of the parts.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - category: The kind of object of each cloud, one hot, `[B, categories]`.
  /// - Returns: `[B, N, parts]`, no softmax.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func callAsFunction(_ points: PointFeatures, category: Tensor? = nil) throws -> Tensor {
    let scores = try findings(points, category: category).scores
    return watched([points.positions]) { [scores] }[0]
  }
}

extension PointFeatures {
  /// The points with their positions as the first features.
  var includingPositions: PointFeatures {
    PointFeatures(
      positions: positions,
      features: features.map { .concatenated([positions, $0], axis: 2) } ?? positions)
  }
}

/// Scores of each point, `[B, N, classes]`, from its features: a shared layer with dropout, then another.
func scores(
  of points: PointFeatures, _ hidden: Conv1D, _ normalisation: BatchNorm1D, _ dropout: Dropout,
  _ last: Conv1D
) -> Tensor {
  guard let rows = points.featureRows else {
    preconditionFailure("points without features have no scores")
  }
  let layer = SharedLayer(convolution: hidden, normalisation: normalisation)
  let described = dropout(layer.normalised(layer.products(rows)))
  return described.linear(
    last.weight.value.reshaped(last.outputs, last.inputs), bias: last.bias?.value
  ).reshaped(points.clouds, points.count, last.outputs)
}

public import Networks
public import Tensors

/// PointNet++ that tells what each point of a scene belongs to.
///
/// - Note: Source: Qi et al., "PointNet++", NeurIPS 2017, appendix B. Names of the weights as in yanx27/Pointnet_Pointnet2_pytorch,
///   `pointnet2_sem_seg` and `pointnet2_sem_seg_msg`.
public final class PointNet2SceneSegmenter: Module {
  let sa1: any PointAbstraction
  let sa2: any PointAbstraction
  let sa3: any PointAbstraction
  let sa4: any PointAbstraction
  let fp4: FeaturePropagation
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
  ///   - classes: Number of classes.
  ///   - scales: Neighbourhoods of one size or of several around each centre.
  ///   - channels: Features of each point; the public networks count its position among them: 9 for S3DIS.
  ///   - width: Factor of all widths.
  ///   - radius: Factor of all radii, which are 0.1, 0.2, 0.4 and 0.8 metres.
  ///   - dropout: Share of hidden values that are left out in training.
  ///   - rules: Choices among implementations.
  public init(
    classes: Int = 13, scales: PointNet2Scales = .single, channels: Int = 9, width: Double = 1,
    radius: Double = 1, dropout: Double = 0.5, rules: PointNet2Rules = .init()
  ) {
    func level(_ place: Int, _ channels: Int) -> any PointAbstraction {
      scales.level(
        PointNet2Scales.scene[place], centres: 1024 >> (2 * place), channels: channels,
        width: width, radius: Float(radius), rules)
    }
    func propagation(_ known: Int, _ coarse: Int, _ widths: Int...) -> FeaturePropagation {
      FeaturePropagation(
        known: known, coarse: coarse, widths: widths.widened(width), rules: rules)
    }
    sa1 = level(0, channels)
    sa2 = level(1, sa1.outputs)
    sa3 = level(2, sa2.outputs)
    sa4 = level(3, sa3.outputs)
    fp4 = propagation(sa3.outputs, sa4.outputs, 256, 256)
    fp3 = propagation(sa2.outputs, fp4.outputs, 256, 256)
    fp2 = propagation(sa1.outputs, fp3.outputs, 256, 128)
    fp1 = propagation(0, fp2.outputs, 128, 128, 128)
    let hidden = [128].widened(width)[0]
    conv1 = Conv1D(fp1.outputs, hidden, kernel: 1)
    bn1 = BatchNorm1D(hidden)
    conv2 = Conv1D(hidden, classes, kernel: 1)
    drop1 = Dropout(dropout)
  }

  /// What the network finds on its way.
  public struct Findings {
    /// The 16 centres of the coarsest level, then the 1024 of the finest and all points with features propagated back to them.
    public var levels: [PointFeatures]
    /// Scores of the classes, `[B, N, classes]`, no softmax.
    public var scores: Tensor
  }

  /// Scores of the classes, with what led to them.
  ///
  /// - Parameter points: The points; features as many as the network's channels.
  /// - Returns: Scores and levels.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func findings(_ points: PointFeatures) throws -> Findings {
    let first = try sa1(points)
    let second = try sa2(first)
    let third = try sa3(second)
    let fourth = try sa4(third)
    let thirdAgain = try fp4(third, from: fourth)
    let secondAgain = try fp3(second, from: thirdAgain)
    let firstAgain = try fp2(first, from: secondAgain)
    let all = try fp1(PointFeatures(positions: points.positions), from: firstAgain)
    let scores = scores(of: all, conv1, bn1, drop1, conv2)
    return Findings(levels: [fourth, firstAgain, all], scores: scores)
  }

  /// Scores of the classes.
  ///
  /// - Parameter points: The points; features as many as the network's channels.
  /// - Returns: `[B, N, classes]`, no softmax.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func callAsFunction(_ points: PointFeatures) throws -> Tensor {
    let scores = try findings(points).scores
    return watched([points.positions]) { [scores] }[0]
  }
}

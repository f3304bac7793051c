public import Networks
public import Tensors

/// PointNet++ that tells what a cloud as a whole shows.
///
/// - Note: Source: Qi et al., "PointNet++", NeurIPS 2017, section 4.1 and appendix B. Names of the weights as in
///   yanx27/Pointnet_Pointnet2_pytorch, `pointnet2_cls_ssg` and `pointnet2_cls_msg`.
public final class PointNet2Classifier: Module {
  let sa1: any PointAbstraction
  let sa2: any PointAbstraction
  let sa3: SetAbstraction
  let fc1: Linear
  let bn1: BatchNorm1D
  let fc2: Linear
  let bn2: BatchNorm1D
  let fc3: Linear
  private let drop1: Dropout
  private let drop2: Dropout

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - scales: Neighbourhoods of one size or of several around each centre.
  ///   - channels: Features of each point, without its position: 3 for normals.
  ///   - width: Factor of all widths.
  ///   - dropout: Share of hidden values that are left out in training.
  ///   - rules: Choices among implementations.
  public init(
    classes: Int = 40, scales: PointNet2Scales = .single, channels: Int = 0, width: Double = 1,
    dropout: Double = 0.4, rules: PointNet2Rules = .init()
  ) {
    sa1 = scales.level(
      PointNet2Scales.shapeFine, centres: 512, channels: channels, width: width, rules)
    sa2 = scales.level(
      PointNet2Scales.shapeCoarse, centres: 128, channels: sa1.outputs, width: width, rules)
    sa3 = SetAbstraction(
      wholeClouds: [256, 512, 1024].widened(width), channels: sa2.outputs)
    let hidden = [512, 256].widened(width)
    fc1 = Linear(sa3.outputs, hidden[0])
    bn1 = BatchNorm1D(hidden[0])
    fc2 = Linear(hidden[0], hidden[1])
    bn2 = BatchNorm1D(hidden[1])
    fc3 = Linear(hidden[1], classes)
    drop1 = Dropout(dropout)
    drop2 = Dropout(dropout)
  }

  /// The levels of abstraction: 512 and 128 centres, and the whole clouds.
  ///
  /// - Parameter points: The points.
  /// - Returns: Three levels.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func levels(_ points: PointFeatures) throws -> [PointFeatures] {
    let fine = try sa1(points)
    let coarse = try sa2(fine)
    return [fine, coarse, try sa3(coarse)]
  }

  /// Scores of the classes from the features of whole clouds.
  ///
  /// - Parameter feature: Shape `[B, C]`.
  /// - Returns: `[B, classes]`, no softmax.
  public func scores(_ feature: Tensor) -> Tensor {
    let first = drop1(bn1(fc1(feature)).relu())
    return fc3(drop2(bn2(fc2(first)).relu()))
  }

  /// Scores of the classes.
  ///
  /// - Parameter points: The points.
  /// - Returns: `[B, classes]`, no softmax.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func callAsFunction(_ points: PointFeatures) throws -> Tensor {
    let whole = try levels(points)[2].features ?? .zeros([points.clouds, 1, sa3.outputs])
    let scores = scores(whole.squeezed(1))
    return watched([points.positions]) { [scores] }[0]
  }
}

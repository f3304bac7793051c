public import Configuration
import Tensors
import Geometry

/// Boxes in space for boxes in an image: each 2D box cuts a frustum out of the cloud, in which the object's points and its whole box are
/// found.
public struct FrustumPointNetTask: CloudTask {
  /// What a definition may set.
  public struct Settings: ParameterSet {
    /// Which of the paper's networks.
    @Setting("Network: v1 is PointNets, v2 PointNet++") public var version = FrustumVersion.v1
    /// Points that the network sees.
    @Setting("Points drawn from each frustum", in: 16...65536) public var points = 1024
    /// Points that stand for an object.
    @Setting("Points that stand for an object", in: 16...65536) public var objectPoints = 512
    /// Whether intensity is used.
    @Setting("Whether the network sees intensity; 0 where a cloud has none")
    public var intensity = true
    /// Bins of the heading.
    @Setting("Bins of the heading over the full circle", in: 1...72) public var headingBins = 12
    /// Change of 2D boxes.
    @Setting(
      "Training: how far middle and size of 2D boxes change at random, as a part of their size",
      in: 0...0.5)
    public var perturbation = 0.1
    /// Mirroring.
    @Setting("Training: whether half of the frustums are mirrored") public var flip = true
    /// Change of distance.
    @Setting(
      "Training: standard deviation of a random change of the distance, as a part of it; at most 0.2 are changed",
      in: 0...0.2)
    public var shift = 0.05
    /// Fewest points.
    @Setting("Frustums with fewer points are left out", in: 1...65536) public var fewestPoints = 5
    /// Least height.
    @Setting("2D boxes that are less high are left out, pixels", in: 0...10000)
    public var leastBoxHeight = 25.0
    /// Defects of the original.
    @Setting("Defects of the original code, all off by default")
    public var compatibility = FrustumCompatibility()

    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "frustum_pointnet"
  /// Boxes.
  public static let goal = CloudGoal.detection
  /// Frustums are cut out once.
  public static let takesCloudsApart = true
  /// What it is.
  public static let summary = "boxes in space from boxes in an image (Frustum PointNet v1 or v2)"

  /// What the definition set.
  public let settings: Settings
  /// What is told apart.
  public let classes: CloudClasses
  /// How boxes are described.
  public let coder: FrustumBoxCoder
  /// The template of each class.
  let templates: [String: Int]

  /// A task.
  ///
  /// Templates are the mean sizes of the classes, or KITTI's eight where none are known.
  ///
  /// - Parameters:
  ///   - settings: What the definition sets.
  ///   - classes: What is told apart.
  /// - Throws: `ModelError.configuration` when a class has neither a mean size nor one of KITTI's names.
  public init(_ settings: Settings, classes: CloudClasses) throws {
    guard !classes.names.isEmpty else {
      throw ModelError.configuration("\(Self.name): there are no classes")
    }
    guard classes.meanSizes.isEmpty || classes.meanSizes.count == classes.names.count else {
      throw ModelError.configuration(
        "\(Self.name): \(classes.meanSizes.count) mean sizes for \(classes.names.count) classes")
    }
    let kitti = FrustumBoxCoder.kittiTemplates
    var sizes = kitti
    if !classes.meanSizes.isEmpty {
      sizes = zip(classes.names, classes.meanSizes).map { name, size in
        (name, size.min() > 0 ? size : kitti.first { $0.label == name }?.size ?? size)
      }
    }
    var templates: [String: Int] = [:]
    for (place, template) in sizes.enumerated() { templates[template.label] = place }
    for name in classes.names {
      guard let place = templates[name], sizes[place].size.min() > 0 else {
        throw ModelError.configuration(
          """
          \(Self.name): the size of '\(name)' is unknown: give its mean size, or use names of KITTI \
          (\(kitti.map(\.label).joined(separator: ", ")))
          """)
      }
    }
    self.settings = settings
    self.classes = classes
    self.templates = templates
    coder = FrustumBoxCoder(headingBins: settings.headingBins, templates: sizes.map(\.size))
  }

  /// Numbers of each point: x, y, z, and the intensity if it is used.
  var channels: Int { settings.intensity ? 4 : 3 }

  /// A network without values.
  public func makeNetwork() -> FrustumPointNet {
    FrustumPointNet(
      settings.version, channels: channels, classes: classes.names.count,
      objectPoints: settings.objectPoints, coder: coder)
  }

  /// Puts samples together; targets only where all have them.
  public func batch(of samples: [CloudSample]) -> CloudBatch {
    let haveTargets = samples.allSatisfy { $0.tensors["mask"] != nil }
    return CloudBatch(
      stacking: haveTargets
        ? samples
        : samples.map { sample in
          var sample = sample
          sample.tensors = sample.tensors.filter { Self.inputs.contains($0.key) }
          return sample
        })
  }

  /// Tensors that do not need the truth.
  static let inputs: Set<String> = ["points", "classes", "frame"]

  /// The parts of the loss.
  public func losses(_ network: FrustumPointNet, _ batch: CloudBatch) throws -> [CloudLoss] {
    guard batch.tensors["mask"] != nil else {
      throw ModelError.input("\(Self.name): there is no 3D box for each of the 2D boxes")
    }
    // Normalisations need more than one value of each channel.
    if batch.count == 1 {
      let pair = batch.tensors.mapValues { Tensor.concatenated([$0, $0]) }
      return try losses(
        network, CloudBatch(tensors: pair, sources: batch.sources + batch.sources))
    }
    let targets = FrustumTargets(
      mask: batch["mask"], center: batch["center"], headingBin: batch["heading_bin"],
      headingResidual: batch["heading_residual"], sizeTemplate: batch["size_template"],
      sizeResidual: batch["size_residual"])
    let outputs = try network(batch["points"], classes: batch["classes"])
    return FrustumLoss(coder: coder, compatibility: settings.compatibility).parts(outputs, targets)
  }
}

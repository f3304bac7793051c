public import Networks

/// Configuration of a network that tells classes apart.
public struct ClassifierConfiguration: Codable, Sendable {
  /// Number of classes; the usual number of the model when left out.
  public var classes: Int?

  /// The number of classes, checked.
  ///
  /// - Parameter usual: When none is given.
  /// - Returns: At least 1.
  /// - Throws: ``ModelError/configuration(_:)``.
  public func classes(or usual: Int) throws(ModelError) -> Int {
    let classes = classes ?? usual
    guard (1...10_000_000).contains(classes) else {
      throw .configuration("a network cannot tell \(classes) classes apart")
    }
    return classes
  }
}

/// What a residual network is built from.
struct ResNetConfiguration: Codable, Sendable {
  /// Number of classes; 1000 when left out.
  var classes: Int?
  /// How pictures enter; large when left out.
  var stem: ResNet.Stem?
}

extension ModelEntry {
  /// An entry for a network that turns one tensor into scores of classes.
  ///
  /// - Parameters:
  ///   - name: Name on the command line.
  ///   - summary: What it is, in one line.
  ///   - input: What goes in.
  ///   - classes: Usual number of classes.
  ///   - build: Makes the network for a number of classes.
  /// - Returns: An entry with the output `logits`.
  public static func classifier(
    _ name: String, _ summary: String, input: ModelInput, classes: Int = 1000,
    _ build: @escaping @Sendable (_ classes: Int) -> some Layer
  ) -> ModelEntry {
    ModelEntry(
      name, summary, inputs: [input], configuration: ClassifierConfiguration.self
    ) { configuration in
      build(try configuration.classes(or: classes))
    } run: { network, inputs in
      [("logits", network(inputs[input.name]))]
    }
  }
}

extension ModelCatalogue {
  /// Networks that tell what a picture shows.
  static let recognition: [ModelEntry] =
    [
      .classifier(
        "lenet", "LeNet, for 28x28 digits", input: .image(channels: 1, exactly: 28), classes: 10
      ) { LeNet(classes: $0) },
      .classifier("alexnet", "AlexNet, one tower", input: .image(least: 63)) {
        AlexNet(classes: $0)
      },
      .classifier("densenet121", "DenseNet-121", input: .image(least: 29)) {
        DenseNet(classes: $0)
      },
      .classifier("mobilenet_v2", "MobileNetV2", input: .image()) { MobileNetV2(classes: $0) },
    ] + vggs + resNets

  private static let vggs = VGG.Depth.allCases.flatMap { depth in
    [false, true].map { batchNorm in
      ModelEntry.classifier(
        "vgg\(depth.rawValue)" + (batchNorm ? "_bn" : ""),
        "VGG-\(depth.rawValue)" + (batchNorm ? " with batch normalisation" : ""),
        input: .image(least: 32)
      ) { VGG(depth, batchNorm: batchNorm, classes: $0) }
    }
  }

  private static let resNets = ResNet.Depth.allCases.map { depth in
    ModelEntry(
      "resnet\(depth.rawValue)", "ResNet-\(depth.rawValue)", inputs: [.image()],
      configuration: ResNetConfiguration.self
    ) { configuration in
      let classes = ClassifierConfiguration(classes: configuration.classes)
      return ResNet(
        depth, classes: try classes.classes(or: 1000), stem: configuration.stem ?? .large)
    } run: { network, inputs in
      [("logits", network(inputs["image"]))]
    }
  }
}

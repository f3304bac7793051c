import Foundation
import Networks
import PointClouds
import Tensors

/// Configuration of a network over sparse tensors.
struct SparseConfiguration: Decodable, Sendable {
  /// Number of classes.
  var classes: Int?
  /// Channels of the input.
  var inputs: Int?
  /// Length of each axis; no bounds when left out, where the network allows it.
  var spatialShape: [Int]?
  /// Channels of the first level.
  var width: Int?
  /// Blocks on each side of a level.
  var repetitions: Int?
  /// Kind of blocks.
  var blocks: SparseConvNetUNet.Blocks?

  enum CodingKeys: String, CodingKey {
    case classes, inputs, width, repetitions, blocks
    case spatialShape = "spatial_shape"
  }

  /// A number within what can be built.
  func checked(_ value: Int?, or usual: Int, _ name: String) throws(ModelError) -> Int {
    let value = value ?? usual
    guard (1...65536).contains(value) else {
      throw .configuration("\(name) cannot be \(value)")
    }
    return value
  }
}

extension ModelInput {
  /// Batch and places of cells.
  static let cells = ModelInput(
    "coordinates", [.any("N", least: 0, example: 1), 4], .int32)

  /// Features of cells.
  static func features(_ channels: Int) -> ModelInput {
    ModelInput("features", [.any("N", least: 0, example: 1), .exactly(channels)])
  }
}

/// The tensor of the inputs `coordinates` and `features`.
func sparseInput(_ inputs: ModelTensors, shape: [Int]?) throws -> SparseTensor {
  do {
    return try SparseTensor(
      coordinates: inputs["coordinates"], features: inputs["features"], shape: shape)
  } catch { throw ModelError.input(error.description) }
}

/// A network with the shape of its grid.
private final class Shaped<Network: Module>: Module {
  let network: Network
  let shape: [Int]?

  init(_ network: Network, _ shape: [Int]?) {
    self.network = network
    self.shape = shape
  }

  var members: [(name: String, part: ModulePart)] { network.members }
  static var kind: String { Network.kind }
}

extension ModelCatalogue {
  /// Networks over sparse tensors.
  static let sparse: [ModelEntry] =
    [sparseUNet] + minkUNets
    + [
      sparseConvNet("scn_unet", "SparseConvNet's U-Net, VGG blocks", 16, 1, .vgg),
      sparseConvNet(
        "scn_unet_residual", "SparseConvNet's U-Net, residual blocks", 32, 2, .residual), second,
    ]

  private static let minkUNets = MinkUNet.Variant.allCases.map { variant in
    ModelEntry(
      "minkunet\(variant.rawValue.lowercased())", "MinkUNet-\(variant.rawValue)",
      inputs: [.cells, .features(3)], configuration: SparseConfiguration.self
    ) { configuration in
      Shaped(
        MinkUNet(
          variant, inputs: 3,
          classes: try configuration.checked(configuration.classes, or: 20, "classes")),
        configuration.spatialShape)
    } run: { shaped, inputs in
      [("logits", shaped.network(try sparseInput(inputs, shape: shaped.shape)).features)]
    }
  }

  private static func sparseConvNet(
    _ name: String, _ summary: String, _ width: Int, _ repetitions: Int,
    _ blocks: SparseConvNetUNet.Blocks
  ) -> ModelEntry {
    ModelEntry(
      name, summary, inputs: [.cells, .features(3)], configuration: SparseConfiguration.self
    ) { configuration in
      Shaped(
        SparseConvNetUNet(
          width: try configuration.checked(configuration.width, or: width, "width"),
          repetitions: try configuration.checked(
            configuration.repetitions, or: repetitions, "repetitions"),
          blocks: configuration.blocks ?? blocks, inputs: 3,
          classes: try configuration.checked(configuration.classes, or: 20, "classes")),
        configuration.spatialShape)
    } run: { shaped, inputs in
      [("logits", shaped.network(try sparseInput(inputs, shape: shaped.shape)).features)]
    }
  }

  private static let second = ModelEntry(
    "second_middle_encoder", "SECOND's middle encoder for KITTI; coordinates batch, z, y, x",
    inputs: [.cells, .features(4)], configuration: SparseConfiguration.self
  ) { configuration in
    Shaped(
      SECONDMiddleEncoder(inputs: 4),
      configuration.spatialShape ?? SECONDMiddleEncoder.kittiShape)
  } run: { shaped, inputs in
    let x = try sparseInput(inputs, shape: shaped.shape)
    let y = shaped.network(x)
    let view = try y.birdsEyeView(along: 0, batches: x.cells.batchCount)
    return [("coordinates", y.coordinates), ("features", y.features), ("spatial_features", view)]
  }
}

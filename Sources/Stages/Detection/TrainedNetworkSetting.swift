import Models
import Pipelines

/// Weights that settings name.
enum TrainedNetworkSetting {
  /// The network of a file of weights; nil while the definition is only being checked.
  static func detector(_ path: String, _ setup: StageSetup) throws -> TrainedCloudNetwork? {
    guard !setup.isValidation else { return nil }
    guard !path.isEmpty else {
      throw ModelError.configuration(
        "stage '\(setup.stageID)': 'weights' is missing: name a file that parallax train wrote, such "
          + "as ../models/lidar-streets/weights.safetensors")
    }
    let network = try TrainedCloudNetwork(weights: setup.resolve(path))
    guard network.goal == .detection else {
      throw ModelError.configuration(
        "\(setup.resolve(path)): \(network.name) gives no boxes")
    }
    return network
  }
}

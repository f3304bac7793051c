import Geometry
import Models
import Pipelines
import PointClouds
import SensorLogs

/// What the stages that find boxes have in common: a trained network, its lowest score, the random numbers of a frame.
struct StageDetector: Sendable {
  /// nil while the definition is only being checked.
  private let network: TrainedCloudNetwork?
  private let minScore: Double
  private let setup: StageSetup

  /// Reads the weights that a setting names.
  init(weights path: String, minScore: Double, _ setup: StageSetup) throws {
    self.minScore = minScore
    self.setup = setup
    guard !setup.isValidation else {
      network = nil
      return
    }
    guard !path.isEmpty else {
      throw ModelError.configuration(
        "stage '\(setup.stageID)': 'weights' is missing: name a file that parallax train wrote, such "
          + "as ../models/lidar-streets/weights.safetensors")
    }
    let network = try TrainedCloudNetwork(weights: setup.resolve(path))
    guard network.goal == .detection else {
      throw ModelError.configuration("\(setup.resolve(path)): \(network.name) gives no boxes")
    }
    self.network = network
  }

  /// The boxes in a frame's cloud, surest first; none where it has no valid points.
  func boxes(
    in cloud: PointCloud, views: [LabelledCloud.CameraView] = [], frame: Int
  ) throws -> Detections3D {
    let cloud = cloud.removingInvalidPoints()
    guard let network, cloud.count > 0 else { return Detections3D(boxes: []) }
    var generator = setup.generator(forFrame: frame)
    let found = try network.boxes(
      in: LabelledCloud(name: "\(frame)", cloud: cloud, views: views), seed: generator.next())
    return Detections3D(boxes: found.filter { $0.score >= minScore })
  }
}

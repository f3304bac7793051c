public import Configuration
public import Pipelines
import PointClouds
public import SensorLogs

/// `detect.cloud`: a trained network finds boxes in a cloud.
public struct CloudDetectionStage: Stage {
  /// Settings of `detect.cloud`.
  public struct Parameters: ParameterSet {
    /// The file of weights.
    @Parameter("Weights that parallax train wrote; the path starts at the definition's folder")
    public var weights = ""
    /// Lowest score.
    @Parameter("Boxes with a lower score go", in: 0...1) public var minScore = 0.1

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "detect.cloud"
  /// What it does.
  public static let documentation = """
    Finds boxes in a cloud with a trained network: VoteNet, or a LiDAR detector on voxels or pillars.

    The file of weights says which network it is, its settings and classes. The cloud must lie as in training: z up, and for
    detectors that were trained on one scanner about as high above the ground (cloud.transform moves it). Boxes come in the frame of
    the cloud, surest first. Which points a network draws follows from the run's seed and the frame's number. A cloud without points
    gives no boxes. Keeps order and timestamps; remembers nothing.
    """
  static let cloud = InputPort<PointCloud>(
    "cloud", "The cloud, z up; intensity where it was trained with it")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [cloud] }

  private let detector: StageDetector

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies, and the seed.
  /// - Throws: `SafetensorsError` or `ModelError` when the weights cannot be used.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    detector = try StageDetector(
      weights: parameters.weights, minScore: parameters.minScore, setup)
  }

  /// Finds the boxes of one frame.
  ///
  /// - Parameter inputs: The cloud.
  /// - Returns: The boxes in the frame of the cloud, surest first.
  /// - Throws: What is wrong with the cloud.
  public func process(_ inputs: StageInputs) throws -> Message<Detections3D> {
    let message = inputs[Self.cloud]
    return message.replacing(
      try detector.boxes(in: message.payload, frame: inputs.frameIndex))
  }
}

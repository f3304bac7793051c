public import Configuration
import Geometry
public import Pipelines
import PointClouds
public import SensorLogs
import Vision

/// `mcap`: results of all frames in one MCAP file for viewers.
public struct MCAPOutputFormat: StreamFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("How pictures are written", choices: ["png", "jpeg", "raw"]) var images = "jpeg"
    @Parameter("Quality of JPEG pictures", in: 1...100) var quality = 90
    @Parameter("Topic of the messages; `/` and the name of the result when empty") var topic = ""

    /// The defaults.
    public init() {}
  }
  /// The messages of a frame.
  public typealias Encoded = [MCAPFileWriter.Entry]
  /// What appends.
  public typealias Writer = MCAPFileWriter

  /// The name under `to:`.
  public static let name = "mcap"
  /// What it writes.
  public static let documentation = """
    Writes results into one MCAP file (zstd chunks, index, checksums) that Foxglove, rerun and ROS 2 tools open.
    Clouds become sensor_msgs/PointCloud2, pictures CompressedImage, depths Image (32FC1, metres), cameras CameraInfo,
    transforms tf2_msgs/TFMessage, boxes foxglove.SceneUpdate (cubes); a scene (`scene.collect`) becomes one topic for each of its
    parts. Nothing is written for a frame without a result.
    """
  /// Everything that has a form in an MCAP file.
  public static let payloadTypes = [
    PointCloud.typeName, ClusteredCloud.typeName, Image.typeName, DepthImage.typeName,
    CameraModel.typeName, FrameTransforms.typeName, Detections3D.typeName, Scene.typeName,
  ]
  private let topic: String
  private let options: MCAPLogWriter.Options

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Topic and picture encoding.
  ///   - setup: Its `stageID` is the name of the result.
  public init(_ parameters: Parameters, setup: StageSetup) {
    topic = parameters.topic.isEmpty ? "/" + setup.stageID : parameters.topic
    var options = MCAPLogWriter.Options()
    switch parameters.images {
    case "png": options.images = .png
    case "raw": options.images = .raw
    default: options.images = .jpeg(quality: parameters.quality)
    }
    self.options = options
  }

  /// Encodes a result.
  ///
  /// - Parameters:
  ///   - message: A result.
  ///   - frameIndex: Unused.
  /// - Returns: Its messages, in the order of the topics.
  /// - Throws: ``LogError`` when the payload has no form in an MCAP file.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [MCAPFileWriter.Entry] {
    guard let scene = message.payload as? Scene else { return [try entry(message, topic: topic)] }
    return try scene.parts.map { try entry($0.message, topic: $0.topic) }
  }

  private func entry(_ message: AnyMessage, topic: String) throws -> MCAPFileWriter.Entry {
    var message = message
    message.header.topic = topic
    let encoded = try MCAPLogWriter.encode(message, options: options)
    return MCAPFileWriter.Entry(
      header: message.header, type: encoded.type, encoded: encoded.message)
  }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Returns: The writer.
  /// - Throws: ``LogError`` when the file cannot be opened.
  public func makeWriter(path: String, resumingAt byteCount: Int?) throws -> MCAPFileWriter {
    try MCAPFileWriter(path: path, resumingAt: byteCount)
  }
}

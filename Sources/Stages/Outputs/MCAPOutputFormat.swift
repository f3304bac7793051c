public import Configuration
import Foundation
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
  /// A message whose topic is set.
  public typealias Encoded = AnyMessage
  /// What appends.
  public typealias Writer = MCAPFileWriter

  /// The name under `to:`.
  public static let name = "mcap"
  /// What it writes.
  public static let documentation = """
    Writes results into one MCAP file (zstd chunks, index, checksums) that Foxglove, rerun and ROS 2 tools open.
    Clouds become sensor_msgs/PointCloud2, pictures CompressedImage, depths Image (32FC1, metres), cameras CameraInfo,
    transforms tf2_msgs/TFMessage, boxes foxglove.SceneUpdate (cubes). Nothing is written for a frame without a result.
    """
  /// Everything that has a form in an MCAP file.
  public static let payloadTypes = [
    PointCloud.typeName, ClusteredCloud.typeName, Image.typeName, DepthImage.typeName,
    CameraModel.typeName, FrameTransforms.typeName, Detections3D.typeName, Record.typeName,
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

  /// Sets a result's topic.
  ///
  /// - Parameters:
  ///   - message: A result.
  ///   - frameIndex: Unused.
  /// - Returns: The message.
  public func encode(_ message: AnyMessage, frameIndex: Int) -> AnyMessage {
    var message = message
    message.header.topic = topic
    return message
  }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Returns: The writer.
  /// - Throws: ``LogError`` when the file cannot be opened.
  public func makeWriter(path: String, resumingAt byteCount: Int?) throws -> MCAPFileWriter {
    try MCAPFileWriter(path: path, resumingAt: byteCount, options: options)
  }
}

/// Appends messages to an MCAP file; every closed chunk is a point to continue from.
public final class MCAPFileWriter: StreamFileWriter {
  private let writer: MCAPLogWriter
  private var appended = 0
  /// What the closed chunks hold.
  public private(set) var durable: StreamDurability

  /// Opens a file; while it grows it bears another temporary name beside `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  ///   - options: How payloads are encoded.
  /// - Throws: ``LogError`` when the file cannot be opened.
  public init(path: String, resumingAt byteCount: Int?, options: MCAPLogWriter.Options) throws {
    let growing = path + ".partial"
    if let byteCount, byteCount > 0 {
      // Complete but not yet published when the run was ended: take the completion back.
      if !FileManager.default.fileExists(atPath: growing) {
        try FileManager.default.moveItem(atPath: path, toPath: growing)
      }
      writer = try MCAPLogWriter(resuming: growing, keeping: byteCount, options: options)
    } else {
      writer = try MCAPLogWriter(path, options: options)
    }
    durable = StreamDurability(byteCount: writer.durableByteCount, appendedFrames: 0)
  }

  /// Appends a message.
  ///
  /// - Parameters:
  ///   - encoded: The message.
  ///   - frameIndex: Unused.
  /// - Throws: ``LogError`` when the disk is full.
  public func append(_ encoded: AnyMessage, frameIndex: Int) throws {
    try writer.write(encoded, logTime: nil)
    appended += 1
    if writer.durableByteCount != durable.byteCount {
      // A chunk that has just been closed ends with this message.
      durable = StreamDurability(
        byteCount: writer.durableByteCount, appendedFrames: appended)
    }
  }

  /// The runner calls this for each frame; closed chunks are with the operating system already.
  public func synchronize() {}

  /// Completes the file.
  ///
  /// - Throws: ``LogError`` when the disk is full.
  public func finish() throws { try writer.finish() }
}

public import Configuration
public import Pipelines
import PointClouds
public import SensorLogs
import Tensors

/// `ply`: one cloud for each frame.
public struct PLYFormat: FrameFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("How values are written", choices: ["binary", "ascii"]) var encoding = "binary"

    /// The defaults.
    public init() {}
  }

  /// The name under `to:`.
  public static let name = "ply"
  /// What it writes.
  public static let documentation = """
    Writes clouds as PLY files: x y z in metres and every attribute.
    Clustered clouds get a `cluster` property (-1 = none). Nothing is written for a frame without a result.
    """
  /// Clouds.
  public static let payloadTypes = [PointCloud.typeName, ClusteredCloud.typeName]
  private let encoding: CloudEncoding

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Encoding.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {
    encoding = parameters.encoding == "ascii" ? .ascii : .binary
  }

  /// A frame's cloud.
  ///
  /// - Parameters:
  ///   - message: A cloud, with or without clusters.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError`` or what the encoder throws.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    try PointCloudFile.encode(cloud(of: message, for: Self.self), as: .ply, encoding: encoding)
  }
}

/// `pcd`: one cloud for each frame.
public struct PCDFormat: FrameFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("How values are written", choices: ["binary", "binary_compressed", "ascii"])
    var encoding = "binary"

    /// The defaults.
    public init() {}
  }

  /// The name under `to:`.
  public static let name = "pcd"
  /// What it writes.
  public static let documentation = """
    Writes clouds as PCD files (version 0.7): x y z in metres and every attribute.
    Clustered clouds get a `cluster` field (-1 = none). Nothing is written for a frame without a result.
    """
  /// Clouds.
  public static let payloadTypes = [PointCloud.typeName, ClusteredCloud.typeName]
  private let encoding: CloudEncoding

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Encoding.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {
    switch parameters.encoding {
    case "ascii": encoding = .ascii
    case "binary_compressed": encoding = .binaryCompressed
    default: encoding = .binary
    }
  }

  /// A frame's cloud.
  ///
  /// - Parameters:
  ///   - message: A cloud, with or without clusters.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError`` or what the encoder throws.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    try PointCloudFile.encode(cloud(of: message, for: Self.self), as: .pcd, encoding: encoding)
  }
}

/// The cloud of a message; cluster numbers become an attribute.
private func cloud(of message: AnyMessage, for format: any OutputFormat.Type) throws -> PointCloud {
  guard let clustered = message.payload as? ClusteredCloud else {
    return try payload(of: message, for: format)
  }
  var cloud = clustered.cloud
  cloud.attributes["cluster"] = Tensor(
    clustered.clusters.array(of: Int32.self), shape: [cloud.count, 1])
  return cloud
}

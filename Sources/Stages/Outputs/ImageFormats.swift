public import Configuration
public import Pipelines
public import SensorLogs
import Vision

/// `png`: one colour or grey picture for each frame.
public struct PNGFormat: FrameFileFormat {
  /// No settings.
  public typealias Parameters = NoParameters

  /// The name under `to:`.
  public static let name = "png"
  /// What it writes.
  public static let documentation = """
    Writes pictures as PNG files: 8 bits a channel, without loss.
    Float images are scaled from 0...1 to 0...255. Nothing is written for a frame without a result.
    """
  /// Pictures.
  public static let payloadTypes = [Image.typeName]

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: None.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {}

  /// A frame's picture.
  ///
  /// - Parameters:
  ///   - message: An image.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError`` or what the encoder throws.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    try ImageCodec.encode(payload(of: message, for: Self.self), as: .png)
  }
}

/// `jpeg`: one colour or grey picture for each frame, smaller than PNG and with loss.
public struct JPEGFormat: FrameFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("Quality: 1 = smallest file, 100 = best picture", in: 1...100) var quality = 90

    /// The defaults.
    public init() {}
  }

  /// The name under `to:`.
  public static let name = "jpeg"
  /// What it writes.
  public static let documentation = """
    Writes pictures as JPEG files.
    Nothing is written for a frame without a result.
    """
  /// Pictures.
  public static let payloadTypes = [Image.typeName]
  private let quality: Int

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Quality.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) { quality = parameters.quality }

  /// A frame's picture.
  ///
  /// - Parameters:
  ///   - message: An image.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError`` or what the encoder throws.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    try ImageCodec.encode(payload(of: message, for: Self.self), as: .jpeg(quality: quality))
  }
}

/// `png16`: depths or disparities as 16-bit grey PNG files.
public struct PNG16Format: FrameFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("Metres that one step of a depth file stands for", in: 0.00001...1)
    var metresPerUnit = 0.001
    @Parameter("Steps of a disparity file for one pixel (KITTI: 256)", in: 1...4096)
    var unitsPerPixel = 256.0

    /// The defaults.
    public init() {}
  }

  /// The name under `to:`.
  public static let name = "png16"
  /// What it writes.
  public static let documentation = """
    Writes depths and disparities as 16-bit grey PNG files, 0 = no value.
    Depths: z depth in steps of `metres_per_unit` (default: millimetres, up to 65.5 m). Disparities: pixels times
    `units_per_pixel` (default 256 as KITTI, up to 255.99 px). Larger values are written as 65535.
    """
  /// Depths and disparities.
  public static let payloadTypes = [DepthImage.typeName, DisparityImage.typeName]
  private let parameters: Parameters

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Scales.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) { self.parameters = parameters }

  /// A frame's values.
  ///
  /// - Parameters:
  ///   - message: A depth or disparity image.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError`` or what the encoder throws.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    if let depth = message.payload as? DepthImage {
      return try ImageCodec.encodeDepth(depth, metresPerUnit: parameters.metresPerUnit)
    }
    let disparity: DisparityImage = try payload(of: message, for: Self.self)
    return try ImageCodec.encodeGrey16(
      disparity.disparities, unitsPerValue: parameters.unitsPerPixel)
  }
}

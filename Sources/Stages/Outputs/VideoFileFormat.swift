public import Configuration
public import Pipelines
public import SensorLogs
import Vision

/// `video`: the pictures of all frames as one video file.
public struct VideoFileFormat: StreamFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("Frames each second; 0 takes it from the times of the frames", in: 0...240)
    var rate = 0.0
    @Parameter("Quality of the pictures that are kept aside until the end, as JPEG", in: 1...100)
    var quality = 95

    /// The defaults.
    public init() {}
  }
  /// A picture with its instant.
  public typealias Encoded = VideoFileWriter.Frame
  /// What keeps pictures until the end.
  public typealias Writer = VideoFileWriter

  /// The name under `to:`.
  public static let name = "video"
  /// What it writes.
  public static let documentation = """
    Writes pictures of all frames as one video: Motion JPEG where the path ends in .avi, MPEG-4 where it ends in .mp4.
    The rate follows from the frames' usual distance in time, and a frame before a gap is shown for longer (10 s at most), so that
    the video lasts as long as the log; `rate` sets it and shows each frame once. Frames of another size than the first are
    fitted into it. Pictures are kept aside as JPEG, and the video is made of them when the run ends: a resumed run ends with the
    video of an uninterrupted one. Without frames there is no file.
    """
  /// Pictures.
  public static let payloadTypes = [Image.typeName]
  private let parameters: Parameters

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Rate and quality.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) { self.parameters = parameters }

  /// A frame's picture.
  ///
  /// - Parameters:
  ///   - message: An image.
  ///   - frameIndex: Unused.
  /// - Returns: The picture as JPEG.
  /// - Throws: ``OutputFormatError`` or what the encoder throws.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> VideoFileWriter.Frame {
    let image: Image = try payload(of: message, for: Self.self)
    return VideoFileWriter.Frame(
      time: message.header.timestamp,
      bytes: try ImageCodec.encode(image, as: .jpeg(quality: parameters.quality)))
  }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Returns: The writer.
  /// - Throws: ``OutputFormatError`` when the path has another extension or the file cannot be opened.
  public func makeWriter(path: String, resumingAt byteCount: Int?) throws -> VideoFileWriter {
    try VideoFileWriter(
      path: path, resumingAt: byteCount, rate: parameters.rate > 0 ? parameters.rate : nil)
  }
}

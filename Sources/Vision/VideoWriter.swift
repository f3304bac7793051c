import COpenCV
import Foundation

/// A video file that is written frame by frame, at a constant rate.
public final class VideoWriter {
  /// How frames are coded, and in which container.
  public enum Codec: Sendable, CaseIterable {
    /// Motion JPEG in AVI: every frame is a JPEG picture of its own.
    case motionJPEG
    /// MPEG-4 part 2 in MP4: smaller files.
    case mpeg4

    /// The extension that a path must have.
    public var fileExtension: String { self == .motionJPEG ? "avi" : "mp4" }

    /// The codec for a path.
    ///
    /// - Parameter path: A path that ends in `.avi` or `.mp4`; nil for others.
    public init?(path: String) {
      let name = path.lowercased()
      guard let found = Self.allCases.first(where: { name.hasSuffix("." + $0.fileExtension) })
      else { return nil }
      self = found
    }

    var code: Int32 { Int32(self == .motionJPEG ? copencv_motion_jpeg : copencv_mpeg4) }
  }

  /// The file.
  public let path: String
  /// Frames each second, as written: MPEG-4 cannot hold every rate exactly.
  public let framesPerSecond: Double
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  private let functions: UnsafePointer<copencv_table>
  private var handle: OpaquePointer?

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: A path that ends in `.avi` or `.mp4`; a file there is replaced.
  ///   - framesPerSecond: Frames each second, from 0.01 to 1000.
  ///   - width: Columns of every frame.
  ///   - height: Rows of every frame.
  /// - Throws: ``VisionError/unwritableVideo(path:reason:)``.
  public init(path: String, framesPerSecond: Double, width: Int, height: Int) throws {
    guard let codec = Codec(path: path) else {
      throw VisionError.unwritableVideo(path: path, reason: "its name must end in .avi or .mp4")
    }
    guard (0.01...1000).contains(framesPerSecond), (2...16384).contains(width),
      (2...16384).contains(height)
    else {
      throw VisionError.unwritableVideo(
        path: path,
        reason:
          "\(width) x \(height) pixels at \(framesPerSecond) frames/s cannot be written (2 to 16384 "
          + "pixels a side, 0.01 to 1000 frames/s)")
    }
    self.path = path
    self.width = width
    self.height = height
    self.framesPerSecond = Self.writable(framesPerSecond)
    functions = try OpenCV.functions()
    // FFmpeg would take names such as http://… as addresses.
    let absolute = URL(fileURLWithPath: path).path
    guard
      functions.pointee.writer_open(
        absolute, codec.code, self.framesPerSecond, Int32(width), Int32(height), &handle)
        == copencv_ok, handle != nil
    else {
      throw VisionError.unwritableVideo(path: path, reason: OpenCV.lastError(functions))
    }
  }

  deinit { functions.pointee.writer_release(handle) }

  /// Appends a frame.
  ///
  /// - Parameter image: A picture of the video's size, colour or grey.
  /// - Throws: ``VisionError``.
  public func append(_ image: Image) throws {
    guard let handle else {
      throw VisionError.unwritableVideo(path: path, reason: "it is complete already")
    }
    guard image.width == width, image.height == height else {
      throw VisionError.unwritableVideo(
        path: path,
        reason: "a frame has the size \(image.width) x \(image.height), not \(width) x \(height)")
    }
    var bytes = image
    bytes.pixels = try image.bytePixels()
    let operation = "writing a video"
    try OpenCV.withView(bytes.expandedToColor().pixels, for: operation) { view in
      try OpenCV.call(operation) { $0.writer_append(handle, view) }
    }
  }

  /// Completes the file.
  ///
  /// - Throws: ``VisionError``.
  public func finish() throws {
    guard let handle else { return }
    defer {
      functions.pointee.writer_release(handle)
      self.handle = nil
    }
    try OpenCV.call("completing a video") { $0.writer_finish(handle) }
  }

  /// The nearest rate whose fraction MPEG-4 can hold: numerator and denominator below 65536.
  static func writable(_ rate: Double) -> Double {
    let steps = rate < 65 ? 1000.0 : rate < 650 ? 100.0 : 10.0
    return (rate * steps).rounded() / steps
  }
}

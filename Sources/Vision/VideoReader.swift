import COpenCV
import Foundation

/// A video file, read frame by frame.
///
/// Frames come in the order of display, with the same pixels on every run. Seeking decodes: what `seek(toFrame:)` yields is
/// exactly what reading from the start yields.
public final class VideoReader {
  /// The file.
  public let path: String
  /// Number of frames where the container counts them (MP4, MOV), or nil.
  ///
  /// Others estimate it from duration and rate, or count frames that were dropped; use ``countFrames()`` there.
  public let frameCount: Int?
  /// Nominal frame rate, hertz; nil when the container names none.
  public let framesPerSecond: Double?
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What is wrong with the file, as far as its structure and the frames read so far show; nil when nothing is.
  public private(set) var problem: String?
  /// Number of the frame that ``next()`` yields, from 0.
  public private(set) var nextFrame = 0

  private let functions: UnsafePointer<copencv_table>
  private var handle: OpaquePointer?
  private var lastSeconds = -Double.infinity

  /// Opens a video file.
  ///
  /// - Parameter path: A regular file with a video stream that FFmpeg decodes.
  /// - Throws: ``VisionError/unreadableVideo(path:reason:)``.
  public init(path: String) throws {
    self.path = path
    functions = try OpenCV.functions()
    let container = VideoContainer(path: path)
    let (opened, info) = try Self.open(path, functions, problem: container.problem)
    handle = opened
    let (width, height) = (Int(info.width), Int(info.height))
    guard width > 0, height > 0, width * height <= ImageHeader.largestPixelCount else {
      functions.pointee.video_release(opened)
      throw VisionError.unreadableVideo(
        path: path, reason: "its frames have the size \(width) x \(height) pixels")
    }
    self.width = width
    self.height = height
    let count = info.frame_count.rounded()
    frameCount = container.countsFrames && count >= 1 && count < 1e9 ? Int(count) : nil
    problem = container.problem
    let rate = info.frames_per_second
    framesPerSecond = rate > 0 && rate < 1e6 ? rate : nil
  }

  deinit { functions.pointee.video_release(handle) }

  /// Decodes the next frame.
  ///
  /// At the end, ``problem`` says so when an MP4 file counts more frames than there are.
  ///
  /// - Returns: The frame and its time stamp from the start of the video; nil at the end. Time stamps increase; where the
  ///   container has none they follow from the frame rate.
  /// - Throws: ``VisionError/unreadableVideo(path:reason:)``.
  public func next() throws -> (image: Image, seconds: Double)? {
    guard let handle else { return nil }
    var matrix: OpaquePointer?
    var seconds = -1.0
    var got: Int32 = 0
    let status = functions.pointee.video_read(handle, &matrix, &seconds, &got)
    guard status == copencv_ok else { throw failure("frame \(nextFrame)") }
    guard got != 0, let matrix else {
      noteEnd()
      return nil
    }
    let decoded = DecodedMatrix(matrix, functions)
    guard decoded.isBytes, decoded.view.columns == width, decoded.view.rows == height else {
      throw VisionError.unreadableVideo(
        path: path,
        reason: "frame \(nextFrame) has the size \(decoded.view.columns) x \(decoded.view.rows), "
          + "not \(width) x \(height)")
    }
    let stamp = timeStamp(seconds)
    nextFrame += 1
    return (Image(pixels: decoded.bytes()), stamp)
  }

  /// Makes `frame` the next one.
  ///
  /// - Parameter frame: Number of a frame, from 0; beyond the end, ``next()`` then yields nil.
  /// - Throws: ``VisionError/unreadableVideo(path:reason:)``.
  /// - Complexity: Decodes all frames before it, from the current position or, backwards, from the start.
  public func seek(toFrame frame: Int) throws {
    precondition(frame >= 0, "frame \(frame) does not exist")
    if frame < nextFrame {
      functions.pointee.video_release(handle)
      handle = nil
      handle = try Self.open(path, functions).handle
      nextFrame = 0
      lastSeconds = -.infinity
    }
    while nextFrame < frame, try skip() {}
  }

  /// Counts the frames by decoding the whole file; the position for ``next()`` stays.
  ///
  /// - Returns: The number of frames that ``next()`` yields from the start.
  /// - Throws: ``VisionError/unreadableVideo(path:reason:)``.
  public func countFrames() throws -> Int {
    let reader = try VideoReader(path: path)
    while try reader.skip() {}
    return reader.nextFrame
  }

  /// Passes over one frame; false at the end.
  private func skip() throws -> Bool {
    guard let handle else { return false }
    var seconds = -1.0
    var got: Int32 = 0
    let status = functions.pointee.video_read(handle, nil, &seconds, &got)
    guard status == copencv_ok else { throw failure("frame \(nextFrame)") }
    guard got != 0 else {
      noteEnd()
      return false
    }
    _ = timeStamp(seconds)
    nextFrame += 1
    return true
  }

  /// The stamp of the next frame: the container's where it increases, else by the frame rate.
  private func timeStamp(_ seconds: Double) -> Double {
    let period = 1 / (framesPerSecond ?? 25)
    let isUsable = seconds.isFinite && seconds >= 0 && seconds > lastSeconds
    lastSeconds = isUsable ? seconds : nextFrame == 0 ? 0 : lastSeconds + period
    return lastSeconds
  }

  private func noteEnd() {
    guard problem == nil, let frameCount, nextFrame < frameCount else { return }
    problem = "the video ends after \(nextFrame) of the \(frameCount) frames that it announces"
  }

  private func failure(_ operation: String) -> VisionError {
    .unreadableVideo(path: path, reason: "\(operation): \(OpenCV.lastError(functions))")
  }

  private static func open(
    _ path: String, _ functions: UnsafePointer<copencv_table>, problem: String? = nil
  ) throws -> (handle: OpaquePointer, info: copencv_video_info) {
    // FFmpeg would take names such as http://… or concat:…; only files are meant here.
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
    else {
      throw VisionError.unreadableVideo(path: path, reason: "there is no such file")
    }
    let absolute = URL(fileURLWithPath: path).path
    var handle: OpaquePointer?
    var info = copencv_video_info()
    let status = functions.pointee.video_open(absolute, &handle, &info)
    guard status == copencv_ok, let handle else {
      let reason = problem ?? OpenCV.lastError(functions)
      throw VisionError.unreadableVideo(path: path, reason: reason)
    }
    return (handle, info)
  }
}

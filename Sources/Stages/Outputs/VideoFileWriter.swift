import Foundation
public import Pipelines
import SensorLogs
import Tensors
import Vision

/// Keeps pictures with their instants in one file, and makes a video of them at the end.
public final class VideoFileWriter: StreamFileWriter {
  /// A picture with its instant.
  public struct Frame: Sendable {
    var time: Timestamp
    /// A JPEG file.
    var bytes: [UInt8]
  }

  /// Before each picture: its instant and its length, least significant byte first.
  private static let headerLength = 16
  private let path: String
  private let rate: Double?
  private let handle: FileHandle
  /// Length of the file and frames appended by this writer.
  public private(set) var durable: StreamDurability

  init(path: String, resumingAt byteCount: Int?, rate: Double?) throws {
    let name = path.hasSuffix(".partial") ? String(path.dropLast(8)) : path
    guard VideoWriter.Codec(path: name) != nil else {
      throw OutputFormatError(
        format: "video", problem: "the path must end in .avi (Motion JPEG) or .mp4 (MPEG-4)")
    }
    self.path = path
    self.rate = rate
    if byteCount == nil { try Data().write(to: URL(fileURLWithPath: path)) }
    handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    durable = StreamDurability(byteCount: byteCount ?? 0, appendedFrames: 0)
    guard try handle.seekToEnd() >= UInt64(durable.byteCount) else {
      throw OutputFormatError(
        format: "video",
        problem: "\(path) is shorter than the journal says; delete the output folder")
    }
    try handle.truncate(atOffset: UInt64(durable.byteCount))
  }

  /// Appends a picture.
  ///
  /// - Parameters:
  ///   - encoded: The picture.
  ///   - frameIndex: Unused.
  /// - Throws: When the disk is full.
  public func append(_ encoded: Frame, frameIndex: Int) throws {
    var record = Data()
    for number in [encoded.time.nanoseconds, Int64(encoded.bytes.count)] {
      withUnsafeBytes(of: number.littleEndian) { record.append(contentsOf: $0) }
    }
    record.append(contentsOf: encoded.bytes)
    try handle.write(contentsOf: record)
    durable.byteCount += record.count
    durable.appendedFrames += 1
  }

  /// Forces the pictures onto the disk.
  ///
  /// - Throws: When the disk fails.
  public func synchronize() throws { try handle.synchronize() }

  /// Closes the file of pictures.
  ///
  /// - Throws: When the disk fails.
  public func finish() throws {
    try handle.synchronize()
    try handle.close()
  }

  /// The file of pictures goes when the run is recorded.
  public var keepsPartialFile: Bool { true }

  /// Makes the video.
  ///
  /// - Parameters:
  ///   - partial: The file of pictures; it stays until the run is recorded as complete.
  ///   - path: The video.
  /// - Throws: When a file cannot be read or written.
  public func publish(_ partial: String, as path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: partial), options: .mappedIfSafe)
    let frames = try Self.frames(in: data, path: partial)
    guard let first = frames.first else { return }
    let timing = VideoTiming(frames.map(\.time), rate: rate)
    let size = try Self.picture(data[first.bytes], of: partial)
    try WholeFile(path).write { aside in
      let writer = try VideoWriter(
        path: aside, framesPerSecond: timing.rate, width: max(2, size.width),
        height: max(2, size.height))
      for (frame, count) in zip(frames, timing.repeats) {
        let image = try Self.picture(data[frame.bytes], of: partial)
          .fitted(width: writer.width, height: writer.height)
        for _ in 0..<count { try writer.append(image) }
      }
      try writer.finish()
      let written = try FileHandle(forUpdating: URL(fileURLWithPath: aside))
      try written.synchronize()
      try written.close()
    }
  }

  private static func picture(_ bytes: Data, of path: String) throws -> Image {
    try ImageCodec.decode([UInt8](bytes), named: path)
  }

  /// The pictures in the file.
  private static func frames(
    in data: Data, path: String
  ) throws -> [(time: Timestamp, bytes: Range<Int>)] {
    var (frames, offset) = ([(time: Timestamp, bytes: Range<Int>)](), 0)
    while offset < data.count {
      guard data.count - offset >= headerLength else { throw damaged(path) }
      let numbers = (0..<2).map { part -> Int64 in
        (0..<8).reduce(0) { $0 | Int64(data[offset + 8 * part + $1]) << Int64(8 * $1) }
      }
      offset += headerLength
      guard numbers[1] > 0, numbers[1] <= data.count - offset else { throw damaged(path) }
      let end = offset + Int(numbers[1])
      frames.append((Timestamp(nanoseconds: numbers[0]), offset..<end))
      offset = end
    }
    return frames
  }

  private static func damaged(_ path: String) -> OutputFormatError {
    OutputFormatError(format: "video", problem: "\(path) is damaged; delete the output folder")
  }
}

extension Image {
  /// The picture in another size, with black edges where its shape differs.
  fileprivate func fitted(width: Int, height: Int) throws -> Image {
    let color = try bytes().expandedToColor()
    if self.width == width, self.height == height { return color }
    let scale = min(
      Double(width) / Double(self.width), Double(height) / Double(self.height))
    let inner = try color.resized(
      toWidth: min(width, max(1, Int((Double(self.width) * scale).rounded()))),
      height: min(height, max(1, Int((Double(self.height) * scale).rounded()))))
    let (left, top) = ((width - inner.width) / 2, (height - inner.height) / 2)
    let pixels = inner.pixels.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: [height, width, 3], of: UInt8.self) { target in
        for i in 0..<target.count { target[i] = 0 }
        for y in 0..<inner.height {
          let (to, from) = (((top + y) * width + left) * 3, y * inner.width * 3)
          for i in 0..<(3 * inner.width) { target[to + i] = source[from + i] }
        }
      }
    }
    return Image(pixels: pixels)
  }
}

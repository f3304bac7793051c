import SensorLogs

/// A format made for one output, with its types forgotten.
struct OutputEncoder: Sendable {
  /// What a frame becomes: the bytes of a file, what a writer appends, or nothing.
  typealias Encoded = any Sendable

  /// The result for one frame, or its absence.
  let encode: @Sendable (AnyMessage?, Int, Timestamp) throws -> Encoded?
  /// Opens the file of a stream; nil for formats with one file for each frame.
  let makeWriter: (@Sendable (String, Int?) throws -> ErasedWriter)?

  init(_ format: any OutputFormat) {
    if let framewise = format as? any FrameFileFormat {
      self.init(framewise: framewise)
    } else if let stream = format as? any StreamFileFormat {
      self.init(stream: stream)
    } else {
      preconditionFailure(
        "\(type(of: format)) is neither a FrameFileFormat nor a StreamFileFormat")
    }
  }

  private init<Format: FrameFileFormat>(framewise format: Format) {
    encode = { message, frame, timestamp in
      guard let message else {
        return try format.encodeEmpty(frameIndex: frame, timestamp: timestamp)
      }
      return try format.encode(message, frameIndex: frame)
    }
    makeWriter = nil
  }

  private init<Format: StreamFileFormat>(stream format: Format) {
    encode = { message, frame, timestamp in
      guard let message else {
        return try format.encodeEmpty(frameIndex: frame, timestamp: timestamp)
      }
      return try format.encode(message, frameIndex: frame)
    }
    makeWriter = { path, byteCount in
      ErasedWriter(try format.makeWriter(path: path, resumingAt: byteCount))
    }
  }
}

/// A ``StreamFileWriter`` with its types forgotten.
final class ErasedWriter {
  let append: (any Sendable, Int) throws -> Void
  let durable: () -> StreamDurability
  let synchronize: () throws -> Void
  let finish: () throws -> Void
  let publish: (_ partial: String, _ path: String) throws -> Void
  let keepsPartialFile: Bool

  init<Writer: StreamFileWriter>(_ writer: Writer) {
    append = { encoded, frame in
      guard let encoded = encoded as? Writer.Encoded else {
        preconditionFailure("\(Writer.self) cannot append \(type(of: encoded))")
      }
      try writer.append(encoded, frameIndex: frame)
    }
    durable = { writer.durable }
    synchronize = { try writer.synchronize() }
    finish = { try writer.finish() }
    publish = { try writer.publish($0, as: $1) }
    keepsPartialFile = writer.keepsPartialFile
  }
}

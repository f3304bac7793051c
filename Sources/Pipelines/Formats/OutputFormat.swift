public import Configuration
public import SensorLogs

/// A way to write results: the name under `to:`.
///
/// A format conforms to ``FrameFileFormat`` (one file for each frame) or ``StreamFileFormat`` (one file for the whole run). It is
/// made once for an output and then used from several threads at once.
public protocol OutputFormat: Sendable {
  /// The settings under `with:`.
  associatedtype Parameters: ParameterSet

  /// The name under `to:`, for example `ply`.
  static var name: String { get }

  /// What it writes: first line a sentence; then units, frames and what an empty result becomes.
  static var documentation: String { get }

  /// The kinds of payload that it takes (``Payload/typeName``); empty for all.
  static var payloadTypes: [String] { get }

  /// Prepares the format for one output.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies and what the run fixes; its `stageID` is the result that is written.
  /// - Throws: Any error; it ends the run before the first frame.
  init(_ parameters: Parameters, setup: StageSetup) throws
}

/// A format that writes one file for each frame.
public protocol FrameFileFormat: OutputFormat {
  /// The bytes of a frame's file.
  ///
  /// - Parameters:
  ///   - message: The result; its payload has one of ``OutputFormat/payloadTypes``.
  ///   - frameIndex: Number of the frame within the log, from 0.
  /// - Returns: The whole file.
  /// - Throws: Any error; the error policy of the stage that made the result decides what follows.
  func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8]

  /// The file of a frame without a result (`on_error: empty`); nil for no file.
  ///
  /// - Parameters:
  ///   - frameIndex: Number of the frame within the log, from 0.
  ///   - timestamp: The frame's instant.
  /// - Returns: The whole file, or nil.
  /// - Throws: Any error.
  func encodeEmpty(frameIndex: Int, timestamp: Timestamp) throws -> [UInt8]?
}

extension FrameFileFormat {
  /// No file for a frame without a result.
  ///
  /// - Parameters:
  ///   - frameIndex: Number of the frame within the log, from 0.
  ///   - timestamp: The frame's instant.
  /// - Returns: nil.
  /// - Throws: Nothing.
  public func encodeEmpty(frameIndex: Int, timestamp: Timestamp) throws -> [UInt8]? { nil }
}

/// A format that writes one file for the whole run, frame after frame.
public protocol StreamFileFormat: OutputFormat {
  /// What a frame becomes before it is appended.
  associatedtype Encoded: Sendable
  /// What appends.
  associatedtype Writer: StreamFileWriter where Writer.Encoded == Encoded

  /// Prepares a frame for the file; called on several threads at once.
  ///
  /// - Parameters:
  ///   - message: The result; its payload has one of ``OutputFormat/payloadTypes``.
  ///   - frameIndex: Number of the frame within the log, from 0.
  /// - Returns: What the writer appends.
  /// - Throws: Any error; the error policy of the stage that made the result decides what follows.
  func encode(_ message: AnyMessage, frameIndex: Int) throws -> Encoded

  /// What is appended for a frame without a result (`on_error: empty`); nil for nothing.
  ///
  /// - Parameters:
  ///   - frameIndex: Number of the frame within the log, from 0.
  ///   - timestamp: The frame's instant.
  /// - Returns: What the writer appends, or nil.
  /// - Throws: Any error.
  func encodeEmpty(frameIndex: Int, timestamp: Timestamp) throws -> Encoded?

  /// Opens the file for appending.
  ///
  /// - Parameters:
  ///   - path: The file; it bears a temporary name until the run ends, then the runner renames it.
  ///   - byteCount: nil to start a new file. Else a value that ``StreamFileWriter/durable`` had: the writer cuts the file to that
  ///     length and goes on as if it had never been closed.
  /// - Returns: The writer.
  /// - Throws: Any error; it ends the run.
  func makeWriter(path: String, resumingAt byteCount: Int?) throws -> Writer
}

extension StreamFileFormat {
  /// Nothing for a frame without a result.
  ///
  /// - Parameters:
  ///   - frameIndex: Number of the frame within the log, from 0.
  ///   - timestamp: The frame's instant.
  /// - Returns: nil.
  /// - Throws: Nothing.
  public func encodeEmpty(frameIndex: Int, timestamp: Timestamp) throws -> Encoded? { nil }
}

/// Appends frames to a file; used from one thread at a time, in the order of the frames.
///
/// The same frames must give the same bytes however often the writer was closed at a durable point and opened again.
public protocol StreamFileWriter<Encoded>: AnyObject {
  /// What a frame becomes before it is appended.
  associatedtype Encoded: Sendable

  /// Appends a frame.
  ///
  /// - Parameters:
  ///   - encoded: What the format made of it.
  ///   - frameIndex: Number of the frame within the log, from 0.
  /// - Throws: Any error, for example when the disk is full; it ends the run.
  func append(_ encoded: Encoded, frameIndex: Int) throws

  /// The last point from which the file can be continued: bytes given to the operating system, and the frames they hold.
  var durable: StreamDurability { get }

  /// Forces what ``durable`` promises onto the disk.
  ///
  /// - Throws: Any error; it ends the run.
  func synchronize() throws

  /// Completes and closes the file.
  ///
  /// - Throws: Any error; it ends the run.
  func finish() throws

  /// Gives the complete file its final name; called after ``finish()``.
  ///
  /// A writer that keeps frames in a form of its own until the end makes the final file here, whole or not at all, and leaves
  /// the other one where it is.
  ///
  /// - Parameters:
  ///   - partial: The path that the writer was opened with.
  ///   - path: The final path.
  /// - Throws: Any error; it ends the run.
  func publish(_ partial: String, as path: String) throws

  /// Whether ``publish(_:as:)`` leaves the partial file; the runner removes it when the run is recorded as complete.
  var keepsPartialFile: Bool { get }
}

extension StreamFileWriter {
  /// Renames the file.
  ///
  /// - Parameters:
  ///   - partial: The path that the writer was opened with.
  ///   - path: The final path.
  /// - Throws: ``PipelineError`` when the file cannot be renamed.
  public func publish(_ partial: String, as path: String) throws {
    try AtomicFile.publish(partial, as: path)
  }

  /// The partial file becomes the final one.
  public var keepsPartialFile: Bool { false }
}

/// How much of a file is safe to continue from.
public struct StreamDurability: Sendable, Equatable {
  /// Length of the file at that point.
  public var byteCount: Int
  /// How many calls of ``StreamFileWriter/append(_:frameIndex:)`` on this writer lie wholly before that point.
  public var appendedFrames: Int

  /// How much of a file is safe.
  ///
  /// - Parameters:
  ///   - byteCount: Length of the file at that point.
  ///   - appendedFrames: How many frames that this writer appended lie wholly before that point.
  public init(byteCount: Int, appendedFrames: Int) {
    self.byteCount = byteCount
    self.appendedFrames = appendedFrames
  }
}

import Foundation

/// A file that holds one output of all frames, with what is needed to continue it.
final class OutputStream {
  let output: Int
  private let path: String
  private let writer: ErasedWriter
  /// Frames before this one are in the file already.
  private let firstFrame: Int
  /// Frames appended but not yet within the durable part, in order.
  private var pending: [Int] = []
  private var durableFrames = 0

  /// The name that the file bears until the run is complete.
  static func partialPath(_ path: String) -> String { path + ".partial" }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - output: Index of the output.
  ///   - path: The final path.
  ///   - mark: Where to continue; nil to start anew.
  ///   - firstFrame: The run's first frame.
  ///   - makeWriter: Opens a path, from a length on when one is given.
  /// - Throws: What opening throws.
  init(
    output: Int, path: String, mark: RunJournal.StreamMark?, firstFrame: Int,
    _ makeWriter: (String, Int?) throws -> ErasedWriter
  ) throws {
    self.output = output
    self.path = path
    self.firstFrame = mark?.next ?? firstFrame
    try AtomicFile.makeFolder(AtomicFile.split(path).folder)
    writer = try makeWriter(Self.partialPath(path), mark?.bytes)
  }

  /// Appends a frame, unless the file holds it already.
  func append(_ encoded: any Sendable, frame: Int) throws {
    guard frame >= firstFrame else { return }
    try writer.append(encoded, frame)
    pending.append(frame)
  }

  /// Where the file can be continued after a frame was committed.
  func mark(after frame: Int) -> RunJournal.StreamMark {
    let durable = writer.durable()
    let passed = min(max(0, durable.appendedFrames - durableFrames), pending.count)
    pending.removeFirst(passed)
    durableFrames += passed
    return RunJournal.StreamMark(
      bytes: durable.byteCount, next: pending.first ?? max(frame + 1, firstFrame))
  }

  func synchronize() throws { try writer.synchronize() }

  /// Completes the file and gives it its final name.
  func finish() throws {
    try writer.finish()
    try writer.publish(Self.partialPath(path), path)
  }

  /// Removes what only a continued run would need; called when the run is recorded as complete.
  func removeRemains() {
    if writer.keepsPartialFile { unlink(Self.partialPath(path)) }
  }
}

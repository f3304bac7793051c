import SensorLogs
import Tensors

/// What `inspect` says of a file of tensors.
enum SafetensorsSummary {
  /// Whether a path is meant to be a safetensors file: by its ending, or by a JSON header behind a plausible length.
  static func applies(to path: LogPath) -> Bool {
    guard !path.isFolder else { return false }
    return path.path.hasSuffix(".safetensors")
      || (path.head.count > 9 && path.head[8] == UInt8(ascii: "{")
        && path.head[4..<8].allSatisfy { $0 == 0 })
  }

  /// One stream for each tensor.
  static func read(_ path: LogPath) throws -> LogSummary {
    do {
      let file = try SafetensorsFile(path: path.path)
      return LogSummary(
        format: "safetensors",
        streams: file.entries.map { entry in
          .init(
            topic: entry.name, type: "\(entry.elementType) \(entry.shape)", messages: 1,
            rateHz: nil,
            firstNs: nil, lastNs: nil)
        })
    } catch {
      throw CommandFailure(.unreadableInput, error.description)
    }
  }
}

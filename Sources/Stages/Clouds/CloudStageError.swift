/// A setting of a cloud stage, or a frame, that it cannot work with.
public struct CloudStageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The setting at fault; empty when the frame is.
  public let setting: String
  /// What is wrong, in words.
  public let problem: String

  /// `setting: problem`.
  public var description: String { setting.isEmpty ? problem : "\(setting): \(problem)" }
}

/// Why a run did not finish.
public struct PipelineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure, for the exit code.
  public enum Kind: Sendable {
    /// A stage, an output or the disk failed: exit code 1. What was written stays valid and resumable.
    case failed
    /// The run was asked for in a way that makes no sense: exit code 2.
    case usage
    /// The definition is wrong: exit code 4.
    case definition
    /// Something that the run needs is missing or unreadable: exit code 5.
    case missingInput
    /// The run was asked to stop: exit code 130. What was written stays valid and resumable.
    case interrupted
  }
  /// What kind of failure.
  public var kind: Kind
  /// What happened.
  public var problem: String
  /// What to do about it; may be empty.
  public var hint: String
  /// Frames by their fate up to the failure, when the run had started: `read` is the sum of the others.
  public var frames: RunSummary.Frames?
  /// Whether a frame is at fault: it counts as failed.
  var isFrameFailure = false

  /// A failure.
  ///
  /// - Parameters:
  ///   - kind: What kind of failure.
  ///   - problem: What happened.
  ///   - hint: What to do about it.
  public init(_ kind: Kind, _ problem: String, hint: String = "") {
    self.kind = kind
    self.problem = problem
    self.hint = hint
  }

  /// One line for a person.
  public var description: String { hint.isEmpty ? problem : "\(problem) (\(hint))" }
}

public import Configuration

/// A pipeline definition as written, with the overrides of the command line; not yet checked against stages and formats.
public struct PipelineDefinition: Sendable {
  /// How messages of an input belong to frames.
  public enum Match: String, CaseIterable, ParameterValue {
    /// Each message belongs to one frame.
    case each
    /// A frame takes the last message at or before its instant, or the first message if none is earlier: for calibrations
    /// and static transforms.
    case latest
  }

  /// What follows when something fails in a frame.
  public enum ErrorPolicy: String, CaseIterable, ParameterValue {
    /// The run stops after the earlier frames.
    case fail
    /// The frame is dropped, counted and named with its reason.
    case skip
    /// The frame goes on without this result.
    case empty
  }

  /// An input: a topic of the log.
  public struct Input: Sendable {
    /// The name that stages and outputs use.
    public var name: String
    /// The topic of the log.
    public var topic: String
    /// The kind of payload.
    public var type: String
    /// How its messages belong to frames.
    public var match: Match
    /// Whether a frame, and the log, may lack it.
    public var isOptional: Bool
    /// What follows when a message cannot be decoded.
    public var onError: ErrorPolicy
    var position: SourcePosition
    var topicPosition: SourcePosition
    var typePosition: SourcePosition
  }

  /// How the messages of several inputs form frames.
  public struct Synchronisation: Sendable, Equatable {
    /// The rule.
    public enum Policy: String, CaseIterable, ParameterValue {
      /// Equal timestamps.
      case exact
      /// Nearest timestamps within a tolerance.
      case nearest
    }
    /// The rule.
    public var policy: Policy
    /// Largest difference to the first input's timestamp, nanoseconds.
    public var toleranceNanoseconds: Int64

    /// A rule.
    ///
    /// - Parameters:
    ///   - policy: The rule.
    ///   - toleranceNanoseconds: Largest difference to the first input's timestamp; 0 or more.
    public init(policy: Policy, toleranceNanoseconds: Int64 = 0) {
      self.policy = policy
      self.toleranceNanoseconds = toleranceNanoseconds
    }
  }

  /// The name of an input or stage where it is used.
  struct Reference: Sendable {
    var name: String
    var position: SourcePosition
  }

  /// What a stage reads.
  enum Connections: Sendable {
    case positional([Reference])
    case named([(port: Reference, source: Reference)])
  }

  /// A stage with its settings.
  public struct StageUse: Sendable {
    /// Its name in this definition.
    public var id: String
    /// The stage's name in the catalogue.
    public var use: String
    /// What follows when it fails.
    public var onError: ErrorPolicy
    var from: Connections
    var settings: YAMLNode
    var position: SourcePosition
    var usePosition: SourcePosition
  }

  /// How many frames may be skipped.
  public enum ErrorBudget: Sendable, Equatable {
    /// A share of the frames so far, but of at least ``shortestShare`` frames.
    case fraction(Double)
    /// A number of frames.
    case count(Int)

    /// Shares are taken of at least so many frames, so that one bad frame does not stop a short log.
    public static let shortestShare = 50
    /// The budget when the definition names none: a tenth.
    public static let standard = ErrorBudget.fraction(0.1)

    /// Whether so many skipped frames are too many.
    ///
    /// - Parameters:
    ///   - skipped: Frames skipped so far.
    ///   - frames: Frames finished so far.
    /// - Returns: True when the run must stop.
    public func isExceeded(skipped: Int, of frames: Int) -> Bool {
      switch self {
      case .count(let most): return skipped > most
      case .fraction(let share):
        return Double(skipped) > share * Double(max(frames, Self.shortestShare))
      }
    }
  }

  /// A result that is written.
  public struct Output: Sendable {
    /// The input or stage whose result is written.
    public var from: String
    /// The format's name.
    public var format: String
    /// The path below the output folder.
    public var path: PathTemplate
    var settings: YAMLNode
    var fromPosition: SourcePosition
    var formatPosition: SourcePosition
    var pathPosition: SourcePosition
  }

  /// The file as the user named it.
  public internal(set) var file: String
  /// The folder in which relative paths of settings start.
  public internal(set) var folder: String
  /// SHA-256 of the file, as hexadecimal digits.
  public internal(set) var sha256: String
  /// The pipeline's name.
  public internal(set) var name = ""
  /// What it is for; may be empty.
  public internal(set) var description = ""
  /// Seed of everything that needs chance.
  public internal(set) var seed: UInt64 = 0
  /// The inputs in the order of the text.
  public internal(set) var inputs: [Input] = []
  /// How messages form frames.
  public internal(set) var sync = Synchronisation(policy: .exact)
  /// The stages in the order of the text.
  public internal(set) var stages: [StageUse] = []
  /// How many frames may be skipped.
  public internal(set) var errorBudget = ErrorBudget.standard
  /// What is written.
  public internal(set) var outputs: [Output] = []
  /// The overrides of the command line, as given.
  public internal(set) var overrides: [String] = []
  /// The document with the overrides applied.
  public internal(set) var document: YAMLNode
  /// What is wrong with the definition by itself; ``check(against:formats:log:)`` reports it with the rest.
  var problems: [ConfigurationError] = []
}

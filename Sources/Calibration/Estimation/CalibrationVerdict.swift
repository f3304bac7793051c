/// Whether a calibration may be used.
public enum CalibrationVerdict: Sendable, Equatable {
  /// Nothing speaks against it.
  case accepted
  /// It may be used by those who know the reasons.
  case marked([VerdictReason])
  /// It must not be used.
  case refused([VerdictReason])

  /// Why it is marked or refused; empty when it is accepted.
  public var reasons: [VerdictReason] {
    switch self {
    case .accepted: []
    case .marked(let reasons), .refused(let reasons): reasons
    }
  }

  /// Whether it must not be used.
  public var isRefused: Bool { if case .refused = self { true } else { false } }

  /// `accepted`, `marked` or `refused`.
  public var name: String {
    switch self {
    case .accepted: "accepted"
    case .marked: "marked"
    case .refused: "refused"
    }
  }
}

/// Why a calibration is marked or refused.
public struct VerdictReason: Sendable, Equatable, CustomStringConvertible {
  /// What kind of reason.
  public enum Kind: String, Sendable, Equatable {
    /// The views are too few.
    case tooFewViews
    /// The target is seen from one direction only.
    case parallelTargets
    /// The corners leave too much of the image empty.
    case lowCoverage
    /// Two halves of the views disagree by more than the noise of the corners explains.
    case crossValidation
    /// Single views pull at the camera by more than the noise of the corners explains.
    case viewsDisagree
    /// The numbering of the corners runs the wrong way round.
    case mirroredOrder
    /// A number is not finite.
    case nonFinite
    /// The views do not determine all parameters.
    case undetermined
    /// The camera is known too poorly somewhere in the image.
    case uncertain
    /// Many corners do not fit.
    case outliers
    /// The solver did not find a minimum.
    case notConverged
    /// The corners do not fit the model.
    case poorFit
    /// The views do not belong together.
    case inconsistentViews
    /// The lens model folds back inside the image.
    case foldedLens
  }

  /// What kind of reason.
  public var kind: Kind
  /// The reason with its numbers, a sentence without a full stop.
  public var sentence: String

  /// A reason from its parts.
  ///
  /// - Parameters:
  ///   - kind: What kind of reason.
  ///   - sentence: The reason with its numbers, a sentence without a full stop.
  public init(_ kind: Kind, _ sentence: String) {
    self.kind = kind
    self.sentence = sentence
  }

  /// The sentence.
  public var description: String { sentence }
}

/// No camera can be estimated at all; with the reasons, and the pose that would help most.
public struct CalibrationRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// Why.
  public var reasons: [VerdictReason]
  /// The pose of the target that would help most; nil when that cannot be said yet.
  public var nextPose: NextPose?

  /// A refusal from its parts.
  ///
  /// - Parameters:
  ///   - reasons: Why.
  ///   - nextPose: The pose of the target that would help most.
  public init(reasons: [VerdictReason], nextPose: NextPose? = nil) {
    self.reasons = reasons
    self.nextPose = nextPose
  }

  /// The reasons and the advice as sentences.
  public var description: String {
    let advice = nextPose.map { ["add " + $0.words] } ?? []
    return (reasons.map(\.sentence) + advice).joined(separator: "; ")
  }
}

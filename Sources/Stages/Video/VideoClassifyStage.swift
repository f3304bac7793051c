public import Configuration
import Models
public import Pipelines
public import SensorLogs
import Vision

/// `video.classify`: a trained network says what windows of a video show.
public struct VideoClassifyStage: StatefulStage {
  /// Settings of `video.classify`.
  public struct Parameters: ParameterSet {
    /// The file of weights.
    @Parameter("Weights that parallax train wrote; the path starts at the definition's folder")
    public var weights = ""
    /// Frames between windows.
    @Parameter(
      "Frames from the end of one window to the end of the next; 0: half a window", in: 0...100_000)
    public var hop = 0
    /// Windows before the first full one.
    @Parameter(
      "Whether windows are made before there are frames for a full one, by repeating the first frame"
    )
    public var padStart = false

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "video.classify"
  /// What it does.
  public static let documentation = """
    Scores windows of a video with a trained network: which action do these frames show.

    The file of weights says which network it is, its classes, how many frames a window holds and every how many frames of the
    video it takes one. A window ends with every `hop`-th frame, the first one with the first frame that completes a window; frames
    are counted from the start of the log, so that shards and resumed runs find the same windows. Between windows the result is
    empty. A video that is shorter than a window gives none unless `pad_start` is set. Frames that were skipped before this stage
    are missing from the window; one of another size than the last starts a new window. Scores are probabilities over the
    classes. Keeps order and timestamps; remembers the frames of one window.
    """
  static let image = InputPort<Image>("image", "Frames of a video, in order")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [image] }

  /// What it remembers.
  public struct State: Sendable {
    var ring: FrameRing
    /// Number of the last frame that came, whatever its size.
    var last: Int?
  }

  /// nil while the definition is only being checked.
  private let classifier: ClipClassifier?
  private let hop: Int
  private let padsStart: Bool

  /// The frames of one window rebuild the state.
  public var replayFrames: Int? { span }
  /// A window is worked on at once, while the next frames are read.
  public var burstFrames: Int { min(hop, 16) }
  private var span: Int { classifier?.span ?? 1 }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: Where the definition lies.
  /// - Throws: `SafetensorsError` or `ModelError` when the weights cannot be used.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    var classifier: ClipClassifier?
    if !setup.isValidation {
      guard !parameters.weights.isEmpty else {
        throw ModelError.configuration(
          "stage '\(setup.stageID)': 'weights' is missing: name a file that parallax train wrote, such "
            + "as ../models/moving-shapes/weights.safetensors")
      }
      classifier = ClipClassifier(
        try TrainedClipNetwork(weights: setup.resolve(parameters.weights)))
    }
    self.init(parameters, classifier)
  }

  init(_ parameters: Parameters, _ classifier: ClipClassifier?) {
    self.classifier = classifier
    hop = parameters.hop > 0 ? parameters.hop : max(1, (classifier?.span ?? 1) / 2)
    padsStart = parameters.padStart
  }

  /// No frames.
  public func initialState() -> State { State(ring: FrameRing(span: span)) }

  /// Takes in a frame, and scores a window when it is the last of one.
  ///
  /// - Parameters:
  ///   - inputs: The frame.
  ///   - state: The frames before.
  /// - Returns: Scores of the window that ends here, or none.
  /// - Throws: What is wrong with the frames.
  public func process(_ inputs: StageInputs, state: inout State) throws -> Message<ClipScores> {
    let message = inputs[Self.image]
    guard let classifier else { return message.replacing(ClipScores(classes: [])) }
    var next = state
    let picture = try message.payload.bytes().expandedToColor()
    next.ring.append(
      picture.pixels, time: message.header.timestamp, number: inputs.frameIndex)
    next.last = inputs.frameIndex
    var result = ClipScores(classes: classifier.classes)
    if isDue(inputs.frameIndex, after: state.last), next.ring.isFull || padsStart {
      let (clip, first) = next.ring.clip(
        frames: classifier.form.frames, step: classifier.form.step)
      let scores = try classifier.scores([clip]).first ?? []
      guard scores.count == classifier.classes.count else {
        throw ModelError.input(
          "the network gave \(scores.count) scores for \(classifier.classes.count) classes")
      }
      result.window = ClipScores.Window(
        firstTime: first.time, lastTime: message.header.timestamp, firstFrame: first.number,
        lastFrame: inputs.frameIndex, scores: scores)
    }
    state = next
    return message.replacing(result)
  }

  /// Whether a window ends at a frame, or should have ended at one that is missing before it.
  private func isDue(_ frame: Int, after last: Int?) -> Bool {
    let previous = last ?? frame - 1
    return windows(endingBy: frame) > windows(endingBy: previous)
  }

  /// Number of windows that end with a frame or before it, from some frame on.
  private func windows(endingBy frame: Int) -> Int {
    let past = frame - (span - 1)
    return past >= 0 ? past / hop : -((-past + hop - 1) / hop)
  }
}

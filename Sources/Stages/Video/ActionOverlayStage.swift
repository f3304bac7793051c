public import Configuration
public import Pipelines
import Reports
public import SensorLogs
public import Vision

/// Writes what a video shows onto its frames: `overlay.action`.
public struct ActionOverlayStage: StatefulStage {
  /// Settings of ``ActionOverlayStage``.
  public struct Parameters: ParameterSet {
    /// Frames that a window's scores stay.
    @Parameter("Frames for which the scores of a window stay on the picture", in: 1...100_000)
    public var hold = 64
    /// Bars.
    @Parameter("Classes with a bar, the highest scores", in: 0...20) public var bars = 5
    /// Lowest score that is named.
    @Parameter("A label is written when its score is at least this", in: 0...1)
    public var threshold = 0.0
    /// Least size.
    @Parameter(
      "Smaller pictures are enlarged by a whole factor until their shorter side has so many pixels",
      in: 0...4096)
    public var minSide = 240

    /// The defaults.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "overlay.action"

  /// What it does.
  public static let documentation = """
    Writes the label and score of the latest window of a video onto each frame, with a bar for each of the highest scores.

    The scores are those of the last window that ended with this frame or before it, so that nothing is shown before it can be
    known; they go `hold` frames after the window. Bars stand in the order of the scores, full width is 1. Without scores the
    picture passes unchanged, as 8-bit colour. Keeps order and timestamps; remembers the last window.
    """

  static let image = InputPort<Image>("image", "The picture to write on")
  static let scores = InputPort<ClipScores>("scores", "Scores up to the same frame")

  /// The input ports.
  public static var inputs: [any InputPortDescription] { [image, scores] }

  /// The scores of the last window.
  public struct State: Sendable {
    var latest: ClipScores?
  }

  private let parameters: Parameters
  private let overlay: ActionOverlay

  /// Scores older than this are not shown.
  public var replayFrames: Int? { parameters.hold }

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes for all stages.
  public init(_ parameters: Parameters, setup: StageSetup) {
    self.parameters = parameters
    overlay = ActionOverlay(
      bars: parameters.bars, threshold: parameters.threshold, leastSide: parameters.minSide)
  }

  /// No scores.
  public func initialState() -> State { State() }

  /// Writes on one frame.
  ///
  /// - Parameters:
  ///   - inputs: The picture and the scores.
  ///   - state: The scores of the last window.
  /// - Returns: The picture with what it shows.
  /// - Throws: `VisionError`.
  public func process(_ inputs: StageInputs, state: inout State) throws -> Message<Image> {
    let image = inputs[Self.image]
    let scores = inputs[Self.scores].payload
    var shown = scores.window == nil ? state.latest : scores
    if let window = shown?.window, inputs.frameIndex - window.lastFrame >= parameters.hold {
      shown = nil
    }
    let drawn = try overlay.draw(
      shown.flatMap { scores in
        scores.window.map { Array(zip(scores.classes, $0.scores)) }
      } ?? [], on: image.payload)
    state.latest = shown
    return image.replacing(drawn)
  }
}

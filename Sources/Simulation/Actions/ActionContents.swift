public import Configuration

/// What a shape does in a clip: four pairs, each the other backwards.
public enum ActionClass: String, CaseIterable, ParameterValue {
  case left
  case right
  case up
  case down
  case turnLeft = "turn_left"
  case turnRight = "turn_right"
  case grow
  case shrink

  /// What is seen when the clip runs backwards.
  public var reversed: ActionClass {
    switch self {
    case .left: .right
    case .right: .left
    case .up: .down
    case .down: .up
    case .turnLeft: .turnRight
    case .turnRight: .turnLeft
    case .grow: .shrink
    case .shrink: .grow
    }
  }
}

/// Clips of one shape that moves, turns or changes its size.
public struct ActionContents: ParameterSet, ParameterValue {
  /// Rows and columns.
  @Parameter("Rows and columns of a frame", in: 16...1024) public var size = 32
  /// Frames of a clip.
  @Parameter("Frames of a clip", in: 2...1000) public var clipFrames = 8
  /// What occurs.
  @Parameter("What happens, equally often; all eight when empty")
  public var classes: [ActionClass] = []
  /// Photographs behind the shapes.
  @Parameter("Folder of photographs that shapes move over; a plain noisy ground when empty")
  public var photographs = ""
  /// Noise of each pixel.
  @Parameter("Standard deviation of the noise of each pixel, values being from 0 to 1", in: 0...0.5)
  public var noise = 0.03
  /// Motion.
  @Parameter("Slowest and fastest motion, in 32nds of the frame's size a frame")
  public var speed = [1.0, 2.0]
  /// Turning.
  @Parameter("Slowest and fastest turn, radians a frame") public var turn = [0.15, 0.3]
  /// Growing.
  @Parameter("Logarithm of the growth of a frame", in: 0.001...1) public var growth = 0.07

  /// The defaults.
  public init() {}
}

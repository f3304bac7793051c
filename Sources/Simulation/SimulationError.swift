/// Why a scene cannot be simulated as asked.
public enum SimulationError: Error, Sendable, CustomStringConvertible {
  /// No sensor of the scene gives clouds.
  case withoutClouds(scene: String)

  /// What is wrong and what would help.
  public var description: String {
    switch self {
    case .withoutClouds(let scene):
      "the scene '\(scene)' has no sensor that gives a labelled cloud; add one of kind 'rgbd' or 'lidar'"
    }
  }
}

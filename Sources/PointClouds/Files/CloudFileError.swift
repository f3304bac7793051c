public import Geometry

/// Why a cloud or mesh file cannot be read or written.
public struct CloudFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file's name.
  public let file: String
  /// Where in the file: `header line 4`, `byte 184`; empty when it concerns the whole file.
  public let place: String
  /// What is wrong, in words.
  public let problem: String

  /// An error at a place of a file.
  ///
  /// - Parameters:
  ///   - file: The file's name.
  ///   - place: Where in the file; empty when it concerns the whole file.
  ///   - problem: What is wrong, in words.
  public init(file: String, place: String = "", problem: String) {
    self.file = file
    self.place = place
    self.problem = problem
  }

  /// `file: place: problem`.
  public var description: String {
    [file, place, problem].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

/// A cloud as it was read, with what was wrong with its file.
public struct CloudReading: Sendable {
  /// The points that could be read.
  public var cloud: PointCloud
  /// Damage that could be got round, in words; empty for a sound file.
  public var problems: [String]
  /// The sensor's pose when the points were measured (PCD's VIEWPOINT); it is not applied to the points.
  public var viewpoint: Pose

  /// A cloud as it was read.
  ///
  /// - Parameters:
  ///   - cloud: The points that could be read.
  ///   - problems: Damage that could be got round, in words.
  ///   - viewpoint: The sensor's pose when the points were measured.
  public init(cloud: PointCloud, problems: [String] = [], viewpoint: Pose = .identity) {
    self.cloud = cloud
    self.problems = problems
    self.viewpoint = viewpoint
  }
}

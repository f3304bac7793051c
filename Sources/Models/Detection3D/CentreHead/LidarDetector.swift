public import Geometry
public import PointClouds

/// A trained detector made fast: a cloud in, boxes out.
///
/// ```swift
/// let task = try SparseCentreTask(settings, classes: classes)
/// let detector = try LidarDetector(task, task.makeNetwork())
/// let boxes = try detector.boxes(in: scan)
/// ```
///
/// It holds for the weights as they are when it is made. Calls from several threads wait for each other.
public struct LidarDetector: Sendable {
  /// Names of the classes.
  public let classes: [String]
  private let body: @Sendable (PointCloud) throws -> [Box3D]

  /// A detector.
  ///
  /// - Parameters:
  ///   - task: What the network was trained for.
  ///   - network: The network, with values; it is switched to evaluation.
  /// - Throws: ``Networks/PreparationError``.
  public init<Task: CentreTask>(_ task: Task, _ network: Task.Network) throws {
    classes = task.classes.names
    let fast = try task.prepared(network)
    body = { cloud in
      guard let maps = try fast(try task.inputs(of: cloud)) else { return [] }
      return try task.decoder.boxes(maps).first ?? []
    }
  }

  /// The objects of a cloud.
  ///
  /// - Parameter cloud: A scan; z points up.
  /// - Returns: Boxes in the frame of the cloud, by falling score.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func boxes(in cloud: PointCloud) throws -> [Box3D] { try body(cloud) }
}

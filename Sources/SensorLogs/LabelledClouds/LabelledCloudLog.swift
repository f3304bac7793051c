import Geometry
public import PointClouds
import Tensors

/// The clouds of a recorded log with the boxes of the same instant, in memory.
///
/// The first topic with clouds and the first with boxes in the same coordinate frame count.
public struct LabelledCloudLog: LabelledCloudSource {
  /// The log.
  public let path: String
  /// No classes: boxes name them.
  public let description = LabelledCloudFolder.Description()
  private let samples: [LabelledCloud]

  /// Number of clouds.
  public var count: Int { samples.count }

  /// Reads a log.
  ///
  /// - Parameter path: A log of any format that is known.
  /// - Throws: ``LogError`` when it lacks clouds or boxes, or they lie in different frames.
  public init(_ path: String) throws {
    self.path = path
    let log = try RecordedLogs.open(path)
    func topic(_ type: String, _ what: String) throws -> String {
      if let stream = log.streams.first(where: { $0.payloadType == type }) { return stream.topic }
      let topics = log.streams.map(\.topic).joined(separator: ", ")
      throw LogError(
        .unreadable, file: path, problem: "has no topic with \(what); it has \(topics)")
    }
    let topics = [
      try topic(PointCloud.typeName, "clouds"), try topic(Detections3D.typeName, "labelled boxes"),
    ]
    let cursor = try log.messages(LogSelection(topics: Set(topics)))
    var clouds: [Timestamp: (cloud: PointCloud, frame: String)] = [:]
    var boxes: [Timestamp: (boxes: [Box3D], frame: String)] = [:]
    while let message = try cursor.next() {
      let decoded = try message.decoded()
      let (instant, frame) = (decoded.header.timestamp, decoded.header.frameName)
      if let cloud = decoded.payload as? PointCloud { clouds[instant] = (cloud, frame) }
      if let found = decoded.payload as? Detections3D { boxes[instant] = (found.boxes, frame) }
    }
    samples = try clouds.keys.sorted().compactMap { instant in
      guard let cloud = clouds[instant], let truth = boxes[instant] else { return nil }
      guard cloud.frame == truth.frame else {
        throw LogError(
          .unreadable, file: path, place: "at \(instant.nanoseconds) ns",
          problem: "the cloud is in the frame '\(cloud.frame)', its boxes in '\(truth.frame)'")
      }
      return LabelledCloud(
        name: "\(instant.nanoseconds)", cloud: cloud.cloud, boxes: truth.boxes)
    }
    if samples.isEmpty {
      throw LogError(
        .unreadable, file: path, problem: "no cloud has boxes of the same instant")
    }
  }

  /// A cloud with its labels.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The cloud.
  public func labels(at number: Int) -> LabelledCloud { samples[number] }

  /// A cloud with its labels.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The cloud.
  public func sample(at number: Int) -> LabelledCloud { samples[number] }
}

import Geometry
import PointClouds
import SensorLogs

/// The labelled frames of a log with their clouds.
struct TruthFrames {
  struct Frame {
    var timestamp: Timestamp
    var boxes: [Box3D]
    var cloud: PointCloud?
  }

  private let path: String
  private let log: any RecordedLog

  init(path: String) throws {
    self.path = path
    log = try RecordedLogs.open(path)
  }

  func forEach(_ body: (Frame) -> Void) throws {
    guard let boxes = log.streams.first(where: { $0.payloadType == Detections3D.typeName }) else {
      let topics = log.streams.map(\.topic).joined(separator: ", ")
      throw CommandFailure(.unreadableInput, "\(path): no topic with boxes; topics: \(topics)")
    }
    let cloud = log.streams.first { $0.payloadType == PointCloud.typeName }
    let cursor = try log.messages(
      LogSelection(topics: Set([boxes.topic, cloud?.topic].compactMap { $0 })))
    // The two messages of an instant may come in either order.
    var pending: [Timestamp: Frame] = [:]
    while let message = try cursor.next() {
      let decoded = try message.decoded()
      let instant = decoded.header.timestamp
      let other = pending.removeValue(forKey: instant)
      var frame = other ?? Frame(timestamp: instant, boxes: [])
      if let cloud = decoded.payload as? PointCloud { frame.cloud = cloud }
      if let truth = decoded.payload as? Detections3D { frame.boxes = truth.boxes }
      if other != nil || cloud == nil { body(frame) } else { pending[instant] = frame }
    }
    for instant in pending.keys.sorted() { if let frame = pending[instant] { body(frame) } }
  }
}

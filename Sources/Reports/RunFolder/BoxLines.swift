import Foundation
import Geometry
import SensorLogs

/// The boxes of one frame, as a line of a JSON lines file has them.
struct FrameBoxes: Equatable {
  var frame: Int
  var timestamp: Timestamp?
  var frameName: String?
  var boxes: [Box3D]
}

/// Reader of boxes as JSON lines: one frame a line.
enum BoxLines {
  /// Reads the lines that can be read; `problems` says what is wrong with the others.
  static func read(_ path: String) throws -> (frames: [FrameBoxes], problems: [String]) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw ReportError.damagedFile(path: path, problem: "cannot be read")
    }
    var frames: [FrameBoxes] = []
    var problems: [String] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if line.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
      guard let node = try? JSONNode(parsing: Data(line)), let frame = parse(node) else {
        problems.append("line \(number + 1) is not a frame with boxes")
        continue
      }
      frames.append(frame)
    }
    return (frames, problems)
  }

  private static func parse(_ node: JSONNode) -> FrameBoxes? {
    guard let frame = node["frame"].integer, let boxes = node["boxes"].list else { return nil }
    return FrameBoxes(
      frame: frame,
      timestamp: node["timestamp_ns"].integer.map { Timestamp(nanoseconds: Int64($0)) },
      frameName: node["frame_id"].text, boxes: boxes.compactMap(box))
  }

  private static func box(_ node: JSONNode) -> Box3D? {
    guard let center = vector(node["center"]), let size = vector(node["size"]) else { return nil }
    let yaw = node["yaw"].number ?? 0
    guard yaw.isFinite else { return nil }
    return Box3D(
      center: center, size: size, yaw: yaw, label: node["label"].text ?? "",
      score: node["score"].number ?? .nan)
  }

  private static func vector(_ node: JSONNode) -> Vector3? {
    guard let parts = node.list?.compactMap(\.number), parts.count == 3,
      parts.allSatisfy(\.isFinite)
    else { return nil }
    return Vector3(parts[0], parts[1], parts[2])
  }
}

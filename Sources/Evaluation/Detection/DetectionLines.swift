import Foundation
public import Geometry

/// Detections as JSON lines: what `parallax run` writes with `to: jsonl`.
public struct DetectionLines: Sendable, Equatable {
  /// The boxes of one frame.
  public struct Frame: Sendable, Equatable {
    /// Number of the frame within the log.
    public var index: Int
    /// Instant, nanoseconds.
    public var timestampNanoseconds: Int64
    /// Coordinate frame of the boxes.
    public var frameName: String
    /// The boxes.
    public var boxes: [Box3D]
  }

  /// Why a file cannot be read.
  public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// The line, from 1; 0 for the whole file.
    public var line: Int
    /// What is wrong.
    public var problem: String

    /// One line for a person.
    public var description: String {
      line > 0 ? "\(file):\(line): \(problem)" : "\(file): \(problem)"
    }
  }

  private struct Line: Decodable {
    struct Box: Decodable {
      var label: String
      var score: Double
      var center: [Double]
      var size: [Double]
      var yaw: Double
    }
    var frame: Int
    var timestamp_ns: Int64
    var frame_id: String
    var boxes: [Box]
  }

  /// The frames in the order of the file.
  public var frames: [Frame]

  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``Failure`` that names the line.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(file: path, line: 0, problem: "no such file, or it may not be read")
    }
    let decoder = JSONDecoder()
    frames = try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, text in
      let line: Line
      do { line = try decoder.decode(Line.self, from: text) } catch {
        throw Failure(
          file: path, line: number + 1,
          problem: "expected {\"frame\", \"timestamp_ns\", \"frame_id\", \"boxes\"}: \(error)")
      }
      return Frame(
        index: line.frame, timestampNanoseconds: line.timestamp_ns, frameName: line.frame_id,
        boxes: try line.boxes.map { box in
          guard box.center.count == 3, box.size.count == 3 else {
            throw Failure(
              file: path, line: number + 1, problem: "center and size have three numbers each")
          }
          return Box3D(
            center: Vector3(box.center[0], box.center[1], box.center[2]),
            size: Vector3(box.size[0], box.size[1], box.size[2]), yaw: box.yaw, label: box.label,
            score: box.score)
        })
    }
  }
}

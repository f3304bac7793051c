import Foundation
import Geometry
import PointClouds
import TestSupport
import Testing
import Vision

@testable import SensorLogs

/// The made logs of real recordings against `contents.json`, which independent readers wrote.
struct MCAPRecordingTests {
  struct Content: Sendable {
    var topic: String
    var type: String
    var messages: Int
    var firstNanoseconds: Int64
    var lastNanoseconds: Int64
    var points: [Int]
    var means: [[Double]]
    var sizes: [[Int]]
  }

  static func contents(_ file: String) throws -> [Content] {
    let url = URL(fileURLWithPath: SharedData.path("mcap/contents.json"))
    let all = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[String: Any]]
    let entry = try #require(all?.first { $0["file"] as? String == file })
    return (entry["topics"] as? [[String: Any]] ?? []).map { topic in
      let content = topic["content"] as? [[String: Any]] ?? []
      return Content(
        topic: topic["topic"] as? String ?? "", type: topic["type"] as? String ?? "",
        messages: topic["messages"] as? Int ?? -1,
        firstNanoseconds: topic["first_ns"] as? Int64 ?? 0,
        lastNanoseconds: topic["last_ns"] as? Int64 ?? 0,
        points: content.compactMap { $0["finite"] as? Int ?? $0["points"] as? Int },
        means: content.compactMap { $0["mean"] as? [Double] },
        sizes: content.compactMap { entry in
          guard let width = entry["width"] as? Int, let height = entry["height"] as? Int else {
            return nil
          }
          return [width, height]
        })
    }.sorted { $0.topic < $1.topic }
  }

  static let files = [
    "drive-zstd.mcap", "drive-lz4.mcap", "drive-uncompressed.mcap", "drive-unchunked.mcap",
    "full-sweep-zstd.mcap", "foxglove-json.mcap", "stereo.mcap", "stereo-chessboard.mcap",
  ]

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"), arguments: files)
  func `topics, counts, times and payloads are those of other readers`(_ file: String) throws {
    let log = try MCAPLog(SharedData.path("mcap/" + file))
    #expect(log.damage == [])
    let inspection = try log.inspect()
    #expect(inspection.damage == [])
    let expected = try Self.contents(file)
    #expect(inspection.streams.map(\.topic) == expected.map(\.topic))
    #expect(inspection.streams.map(\.type) == expected.map(\.type))
    #expect(inspection.streams.map(\.messageCount) == expected.map(\.messages))
    #expect(log.streams.map(\.messageCount) == expected.map(\.messages))
    #expect(inspection.streams.map { $0.first?.nanoseconds } == expected.map(\.firstNanoseconds))
    #expect(inspection.streams.map { $0.last?.nanoseconds } == expected.map(\.lastNanoseconds))
    let payloadTypes = Dictionary(
      uniqueKeysWithValues: log.streams.map { ($0.topic, $0.payloadType) })
    var points: [String: [Int]] = [:]
    var means: [String: [[Double]]] = [:]
    var sizes: [String: [[Int]]] = [:]
    let cursor = try log.messages(LogSelection())
    while let message = try cursor.next() {
      let decoded = try message.decoded()
      let topic = message.header.topic
      #expect(type(of: decoded.payload).typeName == payloadTypes[topic])
      switch decoded.payload {
      case let cloud as PointCloud:
        let (count, mean) = Self.mean(cloud)
        points[topic, default: []].append(count)
        means[topic, default: []].append(mean)
      case let image as Image: sizes[topic, default: []].append([image.width, image.height])
      case let camera as CameraModel:
        sizes[topic, default: []].append([camera.width, camera.height])
      default: break
      }
    }
    for topic in expected {
      #expect(points[topic.topic] ?? [] == topic.points)
      // The reference gives no sizes for calibrations in JSON.
      if !topic.sizes.isEmpty { #expect(sizes[topic.topic] ?? [] == topic.sizes) }
      for (mean, wanted) in zip(means[topic.topic] ?? [], topic.means) {
        // The reference rounds to six decimals.
        for (a, b) in zip(mean, wanted) { #expect(abs(a - b) < 1e-6) }
      }
    }
  }

  /// Number and mean of the finite points.
  private static func mean(_ cloud: PointCloud) -> (Int, [Double]) {
    cloud.positions.withUnsafeElements(of: Float.self) { values in
      var (count, sum) = (0, [0.0, 0.0, 0.0])
      for point in 0..<(values.count / 3) where values[3 * point].isFinite {
        count += 1
        for axis in 0..<3 { sum[axis] += Double(values[3 * point + axis]) }
      }
      return (count, sum.map { $0 / Double(max(count, 1)) })
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"))
  func `compression and chunks do not change what is read`() throws {
    func read(_ file: String) throws -> [String] {
      let cursor = try MCAPLog(SharedData.path("mcap/" + file)).messages(LogSelection())
      var all: [String] = []
      while let message = try cursor.next() {
        var sum = CRC32()
        sum.update(with: message.encoded?.data ?? [])
        all.append("\(message.header) \(message.logTime.nanoseconds) \(sum.value)")
      }
      return all
    }
    let reference = try read("drive-zstd.mcap")
    #expect(reference.count == 20)
    for other in ["drive-lz4.mcap", "drive-uncompressed.mcap", "drive-unchunked.mcap"] {
      #expect(try read(other) == reference)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"))
  func `a padded cloud gives its fields under the names of Parallax`() throws {
    let log = try MCAPLog(SharedData.path("mcap/drive-zstd.mcap"))
    let cursor = try log.messages(LogSelection(topics: ["/lidar/points_padded"]))
    let message = try #require(try cursor.next())
    let cloud = try #require(try message.decoded().payload as? PointCloud)
    #expect(cloud.attributes.keys.sorted() == ["intensity", "ring", "time"])
    #expect(cloud.attributes["ring"]?.elementType == .int32)
    #expect(cloud.attributes["time"]?.elementType == .float64)
    #expect(cloud.attributes["intensity"]?.elementType == .float32)
    #expect(message.header.frameName == "lidar")
    #expect((8_000_000...15_000_000).contains(message.logTime - message.header.timestamp))
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"))
  func `attachments and metadata are listed and read`() throws {
    let log = try MCAPLog(SharedData.path("mcap/drive-zstd.mcap"))
    let attachment = try #require(log.attachments.first)
    #expect(try log.attachment(attachment).data.count == Int(attachment.dataSize))
    let metadata = try #require(log.metadata.first)
    #expect(try log.metadata(metadata).name == metadata.name)
    #expect(log.profile == "ros2")
  }
}

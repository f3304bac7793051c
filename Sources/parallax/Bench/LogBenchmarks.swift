import Foundation
import PointClouds
import SensorLogs
import Tensors

/// Reading, decoding and writing of MCAP logs of point clouds.
enum LogBenchmarks {
  static func operations(log given: String?, data: String) throws -> [BenchOperation] {
    guard let path = try given ?? made(from: data) else { return [] }
    let count = try RecordedLogs.open(path).streams.reduce(0) { $0 + ($1.messageCount ?? 0) }
    return [
      BenchOperation(name: "mcap_scan_200mb", count: count) {
        var bytes = 0
        try forEachMessage(of: path) { bytes += $0.encoded?.data.count ?? 0 }
        return Double(bytes)
      },
      BenchOperation(name: "mcap_decode_200mb", count: count) {
        var points = 0
        try forEachMessage(of: path) {
          points += (try $0.decoded().payload as? PointCloud)?.count ?? 0
        }
        return Double(points)
      },
      BenchOperation(name: "mcap_write_200mb", count: count) { try rewrite(path) },
    ]
  }

  private static func forEachMessage(of path: String, _ body: (LogMessage) throws -> Void) throws {
    let cursor = try RecordedLogs.open(path).messages(LogSelection())
    while let message = try cursor.next() { try body(message) }
  }

  /// Encodes and writes every cloud of the log to another file; returns its size in bytes.
  private static func rewrite(_ path: String) throws -> Double {
    let copy = NSTemporaryDirectory() + "parallax-bench-copy.mcap"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    let writer = try MCAPLogWriter(copy)
    try forEachMessage(of: path) { try writer.write($0.decoded(), logTime: $0.logTime) }
    try writer.finish()
    let attributes = try FileManager.default.attributesOfItem(atPath: copy)
    return (attributes[.size] as? NSNumber)?.doubleValue ?? 0
  }

  /// A log of 100 scans with 1 cm of noise, rounded to millimetres as sensors deliver; kept for later calls.
  private static func made(from data: String) throws -> String? {
    let scans = try (0..<8).compactMap { try CloudBenchmarks.cloud("lidar_seq_\($0)", in: data) }
    guard !scans.isEmpty else { return nil }
    let path = NSTemporaryDirectory() + "parallax-bench-clouds.mcap"
    if FileManager.default.fileExists(atPath: path) { return path }
    let writer = try MCAPLogWriter(path)
    var generator = SeededGenerator(seed: 9)
    for number in 0..<100 {
      var scan = scans[number % scans.count]
      scan.positions.withUnsafeMutableElements(of: Float.self) { values in
        for i in values.indices {
          values[i] = ((values[i] + 0.01 * Float(generator.normal())) * 1000).rounded() / 1000
        }
      }
      scan.attributes["intensity"] = Tensor(
        (0..<scan.count).map { _ in Float(generator.uniform(below: 256)) }, shape: [scan.count, 1])
      let header = MessageHeader(
        timestamp: Timestamp(nanoseconds: Int64(number + 1) * 100_000_000), frameName: "lidar",
        topic: "/lidar")
      try writer.write(AnyMessage(header: header, payload: scan), logTime: nil)
    }
    try writer.finish()
    return path
  }
}

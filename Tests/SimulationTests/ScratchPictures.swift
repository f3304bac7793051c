import Foundation
import SensorLogs
import Testing
import Vision
import PointClouds

@testable import Simulation

@Test(.enabled(if: ProcessInfo.processInfo.environment["SCRATCH"] != nil))
func `scratch pictures`() throws {
  let env = ProcessInfo.processInfo.environment
  let scene = try SceneDefinition(file: env["SCENE"] ?? "")
  let out = env["SCRATCH"] ?? "/tmp"
  var session = SimulationSession(scene, seed: UInt64(env["SEED"] ?? "1") ?? 1, threads: 2)
  for frame in (env["FRAMES"] ?? "0").split(separator: ",").compactMap({ Int($0) }) {
    let clock = ContinuousClock()
    var messages: [AnyMessage] = []
    let time = clock.measure { messages = session.messages(ofFrame: frame) }
    print("frame", frame, time)
    for message in messages {
      let name = message.header.topic.replacingOccurrences(of: "/", with: "_")
      switch message.payload {
      case let image as Image:
        var data = Data("P6\n\(image.width) \(image.height)\n255\n".utf8)
        image.pixels.withUnsafeBytes { data.append(contentsOf: $0) }
        try data.write(to: URL(fileURLWithPath: "\(out)/\(frame)\(name).ppm"))
      case let depth as DepthImage:
        var data = Data()
        depth.depths.withUnsafeBytes { data.append(contentsOf: $0) }
        try data.write(to: URL(fileURLWithPath: "\(out)/\(frame)\(name).f32"))
      case let cloud as PointCloud:
        var data = Data()
        cloud.positions.withUnsafeBytes { data.append(contentsOf: $0) }
        try data.write(to: URL(fileURLWithPath: "\(out)/\(frame)\(name).xyz"))
        var more = Data()
        cloud.attributes["intensity"]?.withUnsafeBytes { more.append(contentsOf: $0) }
        try more.write(to: URL(fileURLWithPath: "\(out)/\(frame)\(name).int"))
      case let boxes as Detections3D:
        let lines = boxes.boxes.map {
          "\($0.label) \($0.center.x) \($0.center.y) \($0.center.z) \($0.size.x) \($0.size.y) \($0.size.z) \($0.yaw)"
        }
        try lines.joined(separator: "\n").write(
          toFile: "\(out)/\(frame)\(name).txt", atomically: true, encoding: .utf8)
      default: break
      }
    }
  }
}

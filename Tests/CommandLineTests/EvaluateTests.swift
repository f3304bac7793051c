import Foundation
import TestSupport
import Testing

/// `parallax evaluate` of boxes, run as a user runs it.
struct EvaluateTests {
  private struct KITTI: Decodable {
    struct Row: Decodable {
      var label: String
      var measure: String
      var truth: Int
      var ap11: Double
      var ap40: Double
      var ap40_interval: [Double]?
    }
    var frames: Int
    var frames_without_detections: Int
    var classes: [Row]
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `KITTI labels against themselves score 100`() throws {
    let folder = try TemporaryFolder()
    let truth = SharedData.path("kitti_object/training")
    let result = try Tool.run(
      "evaluate", "--protocol", "kitti", "--detections", truth, "--truth", truth, "--json",
      "--curves", folder.file("curves"), "--explain", folder.file("why.jsonl"), "--bootstrap", "20")
    #expect(result.status == 0, "\(result.messages)")
    let found = try JSONDecoder().decode(KITTI.self, from: Data(result.output.utf8))
    #expect(found.frames == 12 && found.frames_without_detections == 0)
    #expect(Set(found.classes.map(\.measure)) == ["2d", "bev", "3d"])
    for row in found.classes {
      #expect(abs(row.ap11 - 100) < 1e-9 && abs(row.ap40 - 100) < 1e-9, "\(row)")
      #expect(row.ap40_interval?.count == 2)
    }
    let svg = try String(contentsOfFile: folder.file("curves/car-3d-0.7.svg"), encoding: .utf8)
    #expect(svg.contains("<svg"))
    let why = try String(contentsOfFile: folder.file("why.jsonl"), encoding: .utf8)
    #expect(why.contains(#""reason":"hit""#) && !why.contains("missed"))
  }

  private func boxes(_ text: String, _ folder: TemporaryFolder, _ name: String) throws -> String {
    try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    return folder.file(name)
  }

  private let room = """
    {"frame":0,"timestamp_ns":5,"frame_id":"map","boxes":[\
    {"label":"chair","score":0.9,"center":[0,0,0],"size":[1,1,1],"yaw":0},\
    {"label":"table","score":0.8,"center":[3,0,0],"size":[2,1,1],"yaw":0.5}]}

    """

  @Test func `boxes against themselves score 1 by the indoor and nuScenes protocols`() throws {
    let folder = try TemporaryFolder()
    let file = try boxes(room, folder, "boxes.jsonl")
    let indoor = try Tool.run(
      "evaluate", "--protocol", "indoor", "--detections", file, "--truth", file, "--json")
    #expect(indoor.status == 0, "\(indoor.messages)")
    #expect(indoor.output.contains(#""iou":0.25,"map":1"#))
    let nuScenes = try Tool.run(
      "evaluate", "--protocol", "nuscenes", "--detections", file, "--truth", file)
    #expect(nuScenes.status == 0, "\(nuScenes.messages)")
    #expect(nuScenes.output.contains("mean AP 100.00"))
  }

  @Test func `what cannot be evaluated is named`() throws {
    let folder = try TemporaryFolder()
    let file = try boxes(room, folder, "boxes.jsonl")
    func fails(_ protocol_: String, _ detections: String, _ truth: String, _ text: String) throws {
      let result = try Tool.run(
        "evaluate", "--protocol", protocol_, "--detections", detections, "--truth", truth)
      #expect(result.status == 5)
      #expect(result.messages.contains(text), "\(result.messages)")
    }
    try fails("kitti", folder.path, folder.path, "holds no label files")
    try fails("kitti", "/nowhere", "/nowhere", "/nowhere")
    let other = try boxes(
      room.replacingOccurrences(of: ":5,", with: ":6,"), folder, "other.jsonl")
    try fails("indoor", other, file, "has the timestamp of a labelled frame")
    let bad = try boxes("{\"frame\":0}\n", folder, "bad.jsonl")
    try fails("nuscenes", bad, file, "bad.jsonl:1")
    let broken = folder.file("labels")
    try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: true)
    _ = try boxes("Car 0 0\n", folder, "labels/000001.txt")
    try fails("kitti", broken, broken, "has 3 columns, expected 15")
  }
}

import Foundation
import TestSupport
import Testing

private func pipeline(_ name: String) -> String { repositoryFolder + "/pipelines/" + name }

private let weights = repositoryFolder + "/models/moving-shapes/weights.safetensors"

private let videos = [
  ("tree.avi", 68), ("flipping_a_pancake.mkv", 310), ("mmaction_demo.mp4", 280),
  ("mmaction_test.avi", 164), ("mmaction_test.mp4", 300), ("frames", 10),
]

/// The file with its index (moov) before its frames (mdat), as for streaming: chunk offsets move by the index's length.
private func indexFirst(_ video: Data) throws -> Data {
  var boxes: [(name: String, bytes: Data)] = []
  var offset = 0
  while offset + 8 <= video.count {
    let size = video[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
    guard size >= 8, offset + size <= video.count else { break }
    let name = String(decoding: video[(offset + 4)..<(offset + 8)], as: UTF8.self)
    boxes.append((name, Data(video[offset..<(offset + size)])))
    offset += size
  }
  var index = try #require(boxes.first { $0.name == "moov" }?.bytes)
  let shift = UInt32(index.count)
  var place = 0
  while let found = index.range(of: Data("stco".utf8), in: place..<index.count) {
    place = found.upperBound
    let count = index[(place + 4)..<(place + 8)].reduce(0) { $0 << 8 | Int($1) }
    for entry in 0..<count {
      let at = place + 8 + 4 * entry
      let moved = index[at..<(at + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } + shift
      for byte in 0..<4 { index[at + byte] = UInt8(moved >> UInt32(24 - 8 * byte) & 255) }
    }
  }
  var result = Data()
  for box in boxes where box.name != "moov" {
    if box.name == "mdat" { result += index }
    result += box.bytes
  }
  return result
}

@Test(
  .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
  arguments: ["tree.avi", "mmaction_test.avi", "flipping_a_pancake.mkv", "mmaction_test.mp4"])
func `a cut video gives the frames it has, exit code 3 and one message`(name: String) throws {
  let folder = try TemporaryFolder()
  var video = try Data(contentsOf: URL(fileURLWithPath: SharedData.path("video/" + name)))
  if name.hasSuffix("mp4") { video = try indexFirst(video) }
  let path = folder.file(name)
  try video.prefix(video.count / 4).write(to: URL(fileURLWithPath: path))
  let run = try Tool.run(
    "run", pipeline("video-flow.yaml"), "--log", path, "--out", folder.file("out"))
  #expect(run.status == 3, "\(run.messages)")
  let messages = run.messages.split(separator: "\n")
  #expect(messages.count == 1, "\(run.messages)")
  #expect(messages.first?.contains("truncated") == true)
  let pictures = try FileManager.default.contentsOfDirectory(atPath: folder.file("out/flow"))
  let whole = videos.first { $0.0 == name }?.1 ?? 0
  #expect((whole / 10..<whole / 2).contains(pictures.count), "\(pictures.count)")
  let lines = try String(contentsOfFile: folder.file("out/flow.jsonl"), encoding: .utf8)
  #expect(lines.split(separator: "\n").count == pictures.count)
}

@Test(
  .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
  .enabled(if: FileManager.default.fileExists(atPath: weights), "no \(weights)"), arguments: videos)
func `a video becomes windows, spans, an annotated video and a timeline`(
  name: String, frames: Int
) throws {
  let folder = try TemporaryFolder()
  let run = try Tool.run(
    "run", pipeline("video-action.yaml"), "--log", SharedData.path("video/" + name), "--out",
    folder.file("out"), "--json")
  #expect(run.status == 0 && run.messages.isEmpty, "\(run.messages)")
  #expect(run.output.contains("\"frames\":{\"read\":\(frames),\"written\":\(frames)"))
  let windows = try String(contentsOfFile: folder.file("out/windows.jsonl"), encoding: .utf8)
  #expect(!windows.isEmpty)
  let view = try Tool.run("view", folder.file("out"))
  #expect(view.status == 0)
  let page = try String(contentsOfFile: folder.file("out/report.html"), encoding: .utf8)
  #expect(page.contains("Actions over time"))
  let inspected = try Tool.run("inspect", folder.file("out/action.avi"), "--json")
  #expect(inspected.status == 0, "\(inspected.messages)")
}

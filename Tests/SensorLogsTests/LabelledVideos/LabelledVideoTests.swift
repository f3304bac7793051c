import Foundation
import Tensors
import TestSupport
import Testing
import Vision

@testable import SensorLogs

@Suite struct LabelledVideoTests {
  /// Frames whose pixels say which clip and frame they are.
  private func clip(_ number: Int, frames: Int) -> VideoClip {
    VideoClip(
      images: (0..<frames).map { frame in
        Image(
          pixels: Tensor(
            [UInt8](repeating: UInt8(10 * number + frame), count: 16 * 20 * 3), shape: [16, 20, 3]))
      }, times: (0..<frames).map { Double($0) / 10 })
  }

  private func write(_ path: String, clips: Int) throws {
    let writer = try LabelledVideoWriter(path, classes: ["b", "a"], rate: 10)
    for number in 0..<clips {
      try writer.write(clip(number, frames: 5), label: number % 2 == 0 ? "a" : "b")
    }
    try writer.finish()
  }

  @Test func `clips come back as they were written`() throws {
    let folder = try TemporaryFolder()
    try write(folder.file("set"), clips: 3)
    let set = try LabelledVideoFolder(folder.file("set"))
    #expect(set.classes == ["b", "a"])
    #expect(set.videos.map(\.label) == ["a", "b", "a"])
    let cache = VideoFrameCache(set.videos)
    #expect(try cache.frameCount(of: 1) == 5)
    let found = try cache.clip([4, 0, 9], of: 1)
    #expect(found.frames.shape == [3, 16, 20, 3])
    // Beyond the end stands the last frame.
    #expect((0..<3).map { found.image(at: $0).pixels.array(of: UInt8.self)[0] } == [14, 10, 14])
    #expect(found.times == [0.4, 0, 0.4])
    #expect(throws: LogError.self) {
      try LabelledVideoWriter(folder.file("set"), classes: [], rate: 1)
    }
  }

  @Test func `frames do not depend on the room of the cache`() throws {
    let folder = try TemporaryFolder()
    try write(folder.file("set"), clips: 4)
    let videos = try LabelledVideoFolder(folder.file("set")).videos
    // Room for everything, for one clip, for none.
    let caches = [1 << 30, 5 * 960, 100].map { VideoFrameCache(videos, byteLimit: $0) }
    for video in [0, 2, 1, 0, 3, 3, 1] {
      let found = try caches.map { try $0.clip([1, 3], of: video).frames.array(of: UInt8.self) }
      #expect(found[0] == found[1] && found[0] == found[2])
      #expect(try caches.map { try $0.frameCount(of: video) } == [5, 5, 5])
    }
  }

  @Test func `folders of classes hold their videos, and lists are checked line by line`() throws {
    let folder = try TemporaryFolder()
    try write(folder.file("set"), clips: 2)
    for (label, clip) in [("wave", "000000"), ("jump", "000001")] {
      let target = folder.file("classes/\(label)")
      try FileManager.default.createDirectory(
        atPath: target, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: folder.file("set/clips/\(clip)"), toPath: "\(target)/one")
    }
    let set = try LabelledVideoFolder(folder.file("classes"))
    #expect(set.classes == ["jump", "wave"])
    #expect(set.videos.map(\.name) == ["jump/one", "wave/one"])

    func problem(_ line: String) -> String {
      do {
        try line.write(
          toFile: folder.file("set/videos.jsonl"), atomically: true, encoding: .utf8)
        _ = try LabelledVideoFolder(folder.file("set"))
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      problem("{\"video\":\"clips/9\",\"label\":\"a\"}").contains("line 1: there is no clips/9"))
    #expect(problem("{\"label\":\"a\"}").contains("'video' is missing"))
    #expect(problem("{\"video\":\"clips/000000\",\"label\":\"c\"}").contains("none of the classes"))
    #expect(
      problem("{\"video\":\"clips/000000\",\"label\":\"a\",\"start_s\":2,\"end_s\":1}")
        .contains("not before"))
    #expect(problem("").contains("holds no labelled videos"))
  }

  @Test(.enabled(if: SharedData.isPresent, "shared data are absent"))
  func `a part of a video file has its own first frame`() throws {
    var video = LabelledVideo(name: "tree", path: SharedData.path("video/tree.avi"), label: "a")
    let whole = VideoFrameCache([video], shorterSide: 32)
    let total = try whole.frameCount(of: 0)
    let times = try whole.clip([10, 19], of: 0).times
    (video.start, video.end) = (times[0], times[1])
    let part = VideoFrameCache([video], shorterSide: 32)
    #expect(try part.frameCount(of: 0) == 10)
    #expect(total > 19)
    #expect(
      try part.clip([0, 9], of: 0).frames.array(of: UInt8.self)
        == whole.clip([10, 19], of: 0).frames.array(of: UInt8.self))
    #expect(try min(part.clip([0], of: 0).image(at: 0).height, 999) == 32)
    video.start = 1e6
    let beyond = VideoFrameCache([video])
    #expect(throws: LogError.self) { try beyond.frameCount(of: 0) }
  }
}

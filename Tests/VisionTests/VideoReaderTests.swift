import Foundation
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct VideoReaderTests {
  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      ("mmaction_test.mp4", 300), ("mmaction_test.avi", 164), ("mmaction_demo.mp4", 280),
      ("tree.avi", 68), ("flipping_a_pancake.mkv", 310),
    ])
  func `every frame of a recording is read with rising time stamps`(
    name: String, count: Int
  ) throws {
    let reader = try VideoReader(path: SharedData.path("video/" + name))
    var (frames, last) = (0, -1.0)
    while let (image, seconds) = try reader.next() {
      #expect(seconds > last)
      #expect(image.pixels.shape == [reader.height, reader.width, 3])
      (frames, last) = (frames + 1, seconds)
    }
    #expect(frames == count)
    #expect(reader.problem == nil)
    #expect(reader.frameCount == (name.hasSuffix("mp4") ? count : nil))
    // tree.avi leaves out frames: 68 of 444 time steps.
    let rate = try #require(reader.framesPerSecond)
    #expect(abs(last - Double((name == "tree.avi" ? 444 : count) - 1) / rate) < 0.1)
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `seeking yields the frame that reading yields`() throws {
    let reader = try VideoReader(path: SharedData.path("video/tree.avi"))
    var frames: [(pixels: [UInt8], seconds: Double)] = []
    for _ in 0..<12 {
      let frame = try #require(try reader.next())
      frames.append((frame.image.pixels.array(), frame.seconds))
    }
    for index in [3, 11, 0, 7, 8] {
      try reader.seek(toFrame: index)
      #expect(reader.nextFrame == index)
      let frame = try #require(try reader.next())
      #expect(frame.image.pixels.array() == frames[index].pixels)
      #expect(frame.seconds == frames[index].seconds)
    }
    try reader.seek(toFrame: 1000)
    #expect(try reader.next() == nil)
    #expect(try reader.countFrames() == 68)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [("tree.avi", 20, 67), ("flipping_a_pancake.mkv", 100, 300)])
  func `a cut video yields what is readable and says that it is cut`(
    name: String, low: Int, high: Int
  ) throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: URL(fileURLWithPath: SharedData.path("video/" + name)))
    let path = folder.file(name)
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    let reader = try VideoReader(path: path)
    let frames = try reader.countFrames()
    #expect((low...high).contains(frames))
    #expect(reader.problem?.contains("truncated") == true)
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `an MP4 file without its index is refused with the reason`() throws {
    let folder = try TemporaryFolder()
    let source = SharedData.path("video/mmaction_test.mp4")
    let whole = try Data(contentsOf: URL(fileURLWithPath: source))
    let path = folder.file("cut.mp4")
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    do {
      let reader = try VideoReader(path: path)
      #expect(reader.problem?.contains("truncated") == true)
    } catch let error as VisionError {
      #expect(error.description.contains("truncated"))
    }
  }

  @Test func `a missing file and one that is no video are refused`() throws {
    let folder = try TemporaryFolder()
    try Data("not a video".utf8).write(to: URL(fileURLWithPath: folder.file("x.mp4")))
    for path in [folder.file("none.mp4"), folder.path, folder.file("x.mp4")] {
      #expect(throws: VisionError.self) { try VideoReader(path: path) }
    }
  }
}

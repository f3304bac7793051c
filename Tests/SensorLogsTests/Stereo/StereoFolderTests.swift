import Foundation
import SensorLogs
import TestSupport
import Testing
import Vision

@Suite struct StereoFolderTests {
  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: [
      ("stereo/aloe", 1, 1282, 1110), ("stereo/cones", 1, 450, 375), ("stereo/cloth3", 1, 626, 555),
      ("checkerboard/opencv", 13, 640, 480), ("checkerboard/stereo_set1", 15, 640, 360),
    ])
  func `real pairs are found`(path: String, pairs: Int, width: Int, height: Int) throws {
    let log = try RecordedLogs.open(SharedData.path(path))
    #expect(log.streams.map(\.topic) == ["/stereo/left/image", "/stereo/right/image"])
    #expect(log.streams.map(\.messageCount) == [pairs, pairs])
    let reading = try LogReading(log)
    let left = try #require(try reading.first("/stereo/left/image", as: Image.self))
    let right = try #require(try reading.first("/stereo/right/image", as: Image.self))
    #expect((left.width, left.height) == (width, height))
    #expect((right.width, right.height) == (width, height))
    let inspection = try log.inspect()
    #expect(inspection.damage == [])
    #expect(
      zip(reading.of("/stereo/left/image"), reading.of("/stereo/right/image")).allSatisfy {
        $0.header.timestamp == $1.header.timestamp
      })
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `ground truth is left out with a note`() throws {
    let notes = try RecordedLogs.open(SharedData.path("stereo/aloe")).inspect().notes
    #expect(notes.contains { $0.contains("aloeGT.png") })
    #expect(try RecordedLogs.open(SharedData.path("stereo/cones")).inspect().notes.count == 2)
  }

  /// A folder of copies of one sound image and one of another size.
  private func makeFolder(_ names: [String], _ folder: TemporaryFolder) throws {
    let image = try bytes(of: SharedData.path("damaged/image/ok.png"))
    for name in names { try write(image, to: folder.file(name)) }
  }

  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: [
      ["left/1.png", "left/2.png", "right/1.png", "right/2.png"],
      ["image_0/1.png", "image_0/2.png", "image_1/1.png", "image_1/2.png"],
      ["cam0/data/1.png", "cam0/data/2.png", "cam1/data/1.png", "cam1/data/2.png"],
      ["a_left.png", "a_right.png", "b_left.png", "b_right.png"],
      ["aL.png", "aR.png", "bL.png", "bR.png"],
    ])
  func `layouts of folders and names`(names: [String]) throws {
    let folder = try TemporaryFolder()
    try makeFolder(names, folder)
    let log = try RecordedLogs.open(folder.path)
    #expect(log.format == "stereo-folder")
    #expect(log.streams.map(\.messageCount) == [2, 2])
    #expect(
      try LogReading(log).of("/stereo/left/image").map(\.header.timestamp.nanoseconds) == [
        0, 100_000_000,
      ])
    #expect(try log.inspect().damage == [])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `an image without its partner and a pair of two sizes are damage`() throws {
    let folder = try TemporaryFolder()
    try makeFolder(["left1.png", "right1.png", "left2.png", "left3.png", "right3.png"], folder)
    let other = try bytes(of: SharedData.path("stereo/cones/im2.png"))
    try write(other, to: folder.file("right3.png"))
    let inspection = try RecordedLogs.open(folder.path).inspect()
    let texts = inspection.damage.map(\.description)
    #expect(texts.contains("left2.png: frame 2: the right image of this pair is missing"))
    #expect(
      texts.contains { $0.contains("left3.png") && $0.contains("of the same pair is 450x375") })
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `names that merely end in numbers are no pairs`() throws {
    let folder = try TemporaryFolder()
    try makeFolder(["frame_0.png", "frame_1.png", "frame_2.png"], folder)
    #expect(try RecordedLogs.open(folder.path).format == "image-folder")
  }
}

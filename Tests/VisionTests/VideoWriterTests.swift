import Foundation
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct VideoWriterTests {
  /// A picture whose left part is red and whose right part is blue, the edge at a column.
  static func picture(_ edge: Int, width: Int = 64, height: Int = 48) -> Image {
    Image(
      pixels: Tensor(shape: [height, width, 3], of: UInt8.self) { target in
        for i in 0..<(target.count / 3) {
          let isLeft = i % width < edge
          (target[3 * i], target[3 * i + 1], target[3 * i + 2]) =
            isLeft ? (220, 20, 20) : (20, 20, 220)
        }
      })
  }

  @Test(arguments: [
    ("a.avi", 25.0), ("a.mp4", 25.0), ("b.avi", 29.97), ("b.mp4", 12.5), ("c.mp4", 119.88),
  ])
  func `what is written is read again, at its rate`(name: String, rate: Double) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(name)
    let writer = try VideoWriter(path: path, framesPerSecond: rate, width: 64, height: 48)
    for number in 0..<12 { try writer.append(Self.picture(8 + 4 * number)) }
    try writer.finish()
    let reader = try VideoReader(path: path)
    #expect(reader.width == 64 && reader.height == 48)
    #expect(abs(try #require(reader.framesPerSecond) - rate) < 0.02)
    var number = 0
    while let (image, seconds) = try reader.next() {
      #expect(abs(seconds - Double(number) / rate) < 0.001 + 0.1 / rate)
      let pixels = image.pixels.array(of: UInt8.self)
      let row = 24 * 64
      let edge = 8 + 4 * number
      let (left, right) = (3 * (row + edge - 5), 3 * (row + edge + 4))
      #expect(pixels[left] > 150 && pixels[left + 2] < 100)
      #expect(pixels[right] < 100 && pixels[right + 2] > 150)
      number += 1
    }
    #expect(number == 12 && reader.problem == nil)
  }

  @Test(arguments: ["odd.avi", "odd.mp4"])
  func `sides of odd length are written`(name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(name)
    let writer = try VideoWriter(path: path, framesPerSecond: 10, width: 33, height: 17)
    for _ in 0..<3 { try writer.append(Self.picture(9, width: 33, height: 17)) }
    try writer.finish()
    let reader = try VideoReader(path: path)
    #expect((32...33).contains(reader.width) && (16...17).contains(reader.height))
    #expect(try reader.countFrames() == 3)
  }

  @Test func `what cannot be written is refused with the reason`() throws {
    let folder = try TemporaryFolder()
    for (name, width, rate) in [
      ("a.mkv", 64, 10.0), ("a.avi", 1, 10), ("a.avi", 64, 0), ("a.mp4", 64, .nan),
    ] {
      #expect(throws: VisionError.self) {
        try VideoWriter(path: folder.file(name), framesPerSecond: rate, width: width, height: 48)
      }
    }
    #expect(throws: VisionError.self) {
      try VideoWriter(path: folder.file("none/a.avi"), framesPerSecond: 10, width: 64, height: 48)
    }
    let writer = try VideoWriter(
      path: folder.file("a.avi"), framesPerSecond: 10, width: 64, height: 48)
    #expect(throws: VisionError.self) { try writer.append(Self.picture(3, width: 32)) }
    try writer.append(Self.picture(3))
    try writer.finish()
    try writer.finish()
    #expect(throws: VisionError.self) { try writer.append(Self.picture(3)) }
  }
}

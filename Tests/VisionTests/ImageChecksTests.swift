import Foundation
import TestSupport
import Testing

@testable import Vision

@Suite struct ImageChecksTests {
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.path(name))))
  }

  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      ("ok.png", "png"), ("ok.jpg", "jpeg"), ("ok-jpeg-named-png.png", "jpeg"),
      ("ok-16bit.png", "png"),
    ])
  func `a sound file has a header, no problem, and the decoder's size`(
    name: String, format: String
  ) throws {
    let bytes = try Self.bytes("damaged/image/" + name)
    let header = try #require(ImageCodec.header(bytes))
    #expect(header.format.rawValue == format)
    #expect(ImageCodec.problem(in: bytes) == nil)
    let image = try ImageCodec.decode(bytes, named: name)
    #expect(image.width == header.width && image.height == header.height)
    #expect(header.bitDepth == (name == "ok-16bit.png" ? 16 : 8))
  }

  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      ("bad-header-crc.png", "crc"), ("bomb-60000x30000.png", "large"), ("empty.png", "empty"),
      ("noise.png", "not an image"), ("signature-only.png", "truncated"),
      ("size-2pow31.png", "large"), ("zero-width.png", "width"),
    ])
  func `a file that cannot be decoded has no header and a reason`(
    name: String, word: String
  ) throws {
    let bytes = try Self.bytes("damaged/image/" + name)
    #expect(ImageCodec.header(bytes) == nil)
    let problem = try #require(ImageCodec.problem(in: bytes))
    #expect(problem.lowercased().contains(word))
    #expect(throws: VisionError.self) { try ImageCodec.decode(bytes, named: name) }
  }

  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      ("bad-data-crc.png", "CRC"), ("truncated.png", "truncated"), ("truncated.jpg", "truncated"),
    ])
  func `a damaged file has a header and a reason`(name: String, word: String) throws {
    let bytes = try Self.bytes("damaged/image/" + name)
    #expect(ImageCodec.header(bytes) != nil)
    #expect(try #require(ImageCodec.problem(in: bytes)).contains(word))
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `every photograph of the recordings is sound`() throws {
    let names = [
      "images/box.png", "images/building.jpg", "stereo/aloe/aloeL.jpg", "stereo/tsukuba/imL2.bmp",
      "images/rubberwhale1.png",
    ]
    for name in names {
      let bytes = try Self.bytes(name)
      #expect(ImageCodec.problem(in: bytes) == nil, "\(name)")
      let image = try ImageCodec.decode(bytes, named: name)
      let header = try #require(ImageCodec.header(bytes), "\(name)")
      #expect(image.width == header.width && image.height == header.height, "\(name)")
    }
  }

  @Test func `the CRC of the check string is the published one`() {
    let bytes = Array("123456789".utf8)
    let crc: UInt32 = bytes.withUnsafeBufferPointer { bytes in
      CRC32.table.withUnsafeBufferPointer { CRC32.of(bytes, 0..<9, table: $0) }
    }
    #expect(crc == 0xCBF4_3926)
  }

  @Test func `no prefix and no flipped byte of a file crashes the checks`() throws {
    let image = Image(pixels: .init(repeating: 7 as UInt8, shape: [9, 11, 3]))
    let jpeg = try ImageCodec.encode(image, as: .jpeg(quality: 80))
    let png = try ImageCodec.encode(image, as: .png)
    for file in [jpeg, png, Array("P5 4 2 255\n12345678".utf8), Self.bitmap, Self.tiff] {
      #expect(ImageCodec.problem(in: file) == nil)
      #expect(ImageCodec.header(file) != nil)
      for length in 0..<file.count {
        #expect(ImageCodec.problem(in: Array(file[..<length])) != nil || file == Self.tiff)
      }
      for index in file.indices {
        for value in [0, 0x7F, 0xFF] as [UInt8] {
          var damaged = file
          damaged[index] = value
          _ = ImageCodec.header(damaged)
          _ = ImageCodec.problem(in: damaged)
        }
      }
    }
  }

  /// One row of two pixels, 24 bits.
  static let bitmap: [UInt8] =
    [0x42, 0x4D, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0]
    + [24, 0] + [UInt8](repeating: 0, count: 24) + [1, 2, 3, 4, 5, 6, 0, 0]

  /// A directory with width 3, height 2 and 16 bits.
  static let tiff: [UInt8] =
    [0x49, 0x49, 42, 0, 8, 0, 0, 0, 3, 0]
    + [0, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0] + [1, 1, 4, 0, 1, 0, 0, 0, 2, 0, 0, 0]
    + [2, 1, 3, 0, 1, 0, 0, 0, 16, 0, 0, 0] + [0, 0, 0, 0]

  @Test func `a portable map with comments and a cut one are told apart`() throws {
    let text = "P6 # made by hand\n# second\n2 1\n255\n"
    let sound = Array(text.utf8) + [1, 2, 3, 4, 5, 6]
    #expect(
      ImageCodec.header(sound)
        == ImageHeader(format: .pnm, width: 2, height: 1, bitDepth: 8, channels: 3))
    #expect(ImageCodec.problem(in: sound) == nil)
    let image = try ImageCodec.decode(sound, named: "x")
    #expect(image.pixels.array(of: UInt8.self) == [1, 2, 3, 4, 5, 6])
    #expect(ImageCodec.problem(in: Array(sound.dropLast()))?.contains("truncated") == true)
  }
}

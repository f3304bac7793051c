import Tensors
import Testing
import Vision

@testable import SensorLogs

struct ROSImageTests {
  private func payload(
    _ encoding: String, _ width: Int, _ height: Int, _ bytes: [UInt8], step: Int = 0,
    bigEndian: Bool = false
  ) throws -> any Payload {
    try bytes.withUnsafeBytes {
      try RawPixels(
        height: height, width: width, step: step, encoding: encoding, bigEndian: bigEndian,
        bytes: $0
      ).payload()
    }
  }

  @Test(arguments: [
    ("rgb8", [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
    ("bgr8", [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4]),
    ("8UC3", [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4]),
    ("rgba8", [1, 2, 3, 9, 4, 5, 6, 9], [1, 2, 3, 4, 5, 6]),
    ("bgra8", [1, 2, 3, 9, 4, 5, 6, 9], [3, 2, 1, 6, 5, 4]),
    ("mono8", [7, 8], [7, 8]), ("8UC1", [7, 8], [7, 8]),
  ])
  func `pixel orders become red, green, blue`(
    _ encoding: String, _ bytes: [UInt8], _ expected: [UInt8]
  ) throws {
    let image = try #require(try payload(encoding, 2, 1, bytes) as? Image)
    #expect(image.pixels.shape == [1, 2, expected.count / 2])
    #expect(image.pixels.array(of: UInt8.self) == expected)
  }

  @Test func `rows may be longer than their pixels`() throws {
    let image = try #require(try payload("mono8", 2, 2, [1, 2, 0, 3, 4], step: 3) as? Image)
    #expect(image.pixels.array(of: UInt8.self) == [1, 2, 3, 4])
  }

  @Test func `depths are metres, and what is no distance is 0`() throws {
    let millimetres = try #require(
      try payload("16UC1", 2, 1, [0xE8, 0x03, 0, 0]) as? DepthImage)
    #expect(millimetres.depths.array(of: Float.self) == [1, 0])
    let swapped = try #require(
      try payload("16UC1", 2, 1, [0x03, 0xE8, 0, 0], bigEndian: true) as? DepthImage)
    #expect(swapped.depths.array(of: Float.self) == [1, 0])
    let values: [Float] = [2.5, .nan, -1, .infinity]
    let bytes = values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let metres = try #require(try payload("32FC1", 2, 2, bytes) as? DepthImage)
    #expect(metres.depths.array(of: Float.self) == [2.5, 0, 0, 0])
  }

  @Test func `16-bit grey becomes 0 to 1`() throws {
    let image = try #require(try payload("mono16", 2, 1, [0xFF, 0xFF, 0, 0]) as? Image)
    #expect(image.pixels.array(of: Float.self) == [1, 0])
  }

  @Test(arguments: ["bayer_rggb8", "yuv422", ""])
  func `other encodings are named in the error`(_ encoding: String) {
    #expect {
      _ = try payload(encoding, 1, 1, [0, 0, 0, 0])
    } throws: { ($0 as? FormatProblem)?.text.contains("'\(encoding)' is not supported") == true }
  }

  @Test(arguments: [(Int.max, 2), (2, Int.max), (3, 3), (0, 1), (-1, 1)])
  func `sizes beyond the bytes are refused`(_ width: Int, _ height: Int) {
    #expect(throws: FormatProblem.self) { try payload("rgb8", width, height, [1, 2, 3]) }
  }
}

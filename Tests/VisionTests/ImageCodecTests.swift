import Foundation
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct ImageCodecTests {
  @Test func `a PNG keeps every value and puts red first`() throws {
    let values: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 250, 251, 252, 9, 8, 7]
    let image = Image(pixels: Tensor(values, shape: [2, 3, 3]))
    let bytes = try ImageCodec.encode(image, as: .png)
    #expect(
      ImageCodec.header(bytes)
        == ImageHeader(format: .png, width: 3, height: 2, bitDepth: 8, channels: 3))
    let back = try ImageCodec.decode(bytes, named: "x")
    #expect(back.pixels.shape == [2, 3, 3])
    #expect(back.pixels.array(of: UInt8.self) == values)
    #expect(try ImageCodec.encode(back, as: .png) == bytes)
  }

  @Test func `encoding leaves the pixels as they are`() throws {
    let image = Image(pixels: Tensor([UInt8](1...12), shape: [2, 2, 3]))
    let first = try ImageCodec.encode(image, as: .png)
    #expect(image.pixels.array(of: UInt8.self) == [UInt8](1...12))
    #expect(try ImageCodec.encode(image, as: .png) == first)
  }

  @Test func `a grey image stays grey`() throws {
    let image = Image(pixels: Tensor([1, 2, 3, 4] as [UInt8], shape: [2, 2, 1]))
    let back = try ImageCodec.decode(ImageCodec.encode(image, as: .png), named: "x")
    #expect(back.pixels.shape == [2, 2, 1])
    #expect(back.pixels.array(of: UInt8.self) == [1, 2, 3, 4])
  }

  @Test func `a flat JPEG comes back within two levels`() throws {
    let image = Image(pixels: Tensor(repeating: 90 as UInt8, shape: [16, 16, 3]))
    let bytes = try ImageCodec.encode(image, as: .jpeg(quality: 95))
    #expect(ImageCodec.header(bytes)?.format == .jpeg)
    let back = try ImageCodec.decode(bytes, named: "x").pixels.array(of: UInt8.self)
    #expect(back.allSatisfy { abs(Int($0) - 90) <= 2 })
  }

  @Test func `depth is rounded to units and what does not fit becomes no value`() throws {
    let depths: [Float] = [0, 1.2344, 1.2346, 65.534, 65.536, -1, .nan, .infinity]
    let image = DepthImage(depths: Tensor(depths, shape: [2, 4]))
    let bytes = try ImageCodec.encodeDepth(image, metresPerUnit: 0.001)
    let stored = try ImageCodec.decodeGrey16(bytes, named: "x")
    #expect(stored.array(of: Float.self) == [0, 1234, 1235, 65534, 0, 0, 0, 0])
    let back = try ImageCodec.decodeDepth(bytes, metresPerUnit: 0.001, named: "x")
    #expect(back.depths.shape == [2, 4])
    #expect(back.depths.array(of: Float.self) == [0, 1.234, 1.235, 65.534, 0, 0, 0, 0])
    #expect(try ImageCodec.encodeDepth(back, metresPerUnit: 0.001) == bytes)
  }

  @Test func `the value 65535 of a depth file means none`() throws {
    let bytes = try ImageCodec.encodeGrey16(Tensor([65535, 65534] as [Float], shape: [1, 2]))
    let depth = try ImageCodec.decodeDepth(bytes, metresPerUnit: 0.5, named: "x")
    #expect(depth.depths.array(of: Float.self) == [0, 32767])
  }

  @Test func `a 16-bit image becomes numbers from 0 to 1`() throws {
    let bytes = try ImageCodec.encodeGrey16(Tensor([65535, 0, 13107] as [Float], shape: [1, 3]))
    let image = try ImageCodec.decode(bytes, named: "x")
    #expect(image.pixels.array(of: Float.self) == [1, 0, 0.2])
  }

  @Test func `numbers from 0 to 1 are written as rounded bytes`() throws {
    let values: [Float] = [0, 1, 0.5, -3, 7, .nan]
    let image = Image(pixels: Tensor(values, shape: [1, 6, 1]))
    let back = try ImageCodec.decode(ImageCodec.encode(image, as: .png), named: "x")
    #expect(back.pixels.array(of: UInt8.self) == [0, 255, 128, 0, 255, 0])
  }

  @Test func `a colour image is refused as depth`() throws {
    let image = Image(pixels: Tensor(repeating: 1 as UInt8, shape: [2, 2, 3]))
    let bytes = try ImageCodec.encode(image, as: .png)
    #expect(throws: VisionError.self) {
      try ImageCodec.decodeDepth(bytes, metresPerUnit: 1, named: "x")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `a depth frame of 7-Scenes has millimetres`() throws {
    let folder = SharedData.path("rgbd/7scenes")
    let name = try #require(
      FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains("depth.png") }
        .sorted().first)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    let depth = try ImageCodec.decodeDepth(bytes, metresPerUnit: 0.001, named: name)
    #expect(depth.depths.shape == [480, 640])
    let values = depth.depths.array(of: Float.self)
    let valid = values.filter { $0 > 0 }
    #expect(Double(valid.count) / Double(values.count) > 0.5)
    #expect(valid.allSatisfy { $0 < 20 })
  }
}

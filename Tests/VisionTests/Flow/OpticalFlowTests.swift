import Foundation
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct OpticalFlowTests {
  static func whale(_ number: Int) throws -> Image {
    try OpenCVSemiGlobalMatcherTests.image("images/rubberwhale\(number).png").grey()
  }

  static func flipped(_ image: Image) -> Image {
    let (width, values) = (image.width, image.pixels.array(of: UInt8.self))
    return Image(
      pixels: Tensor(shape: image.pixels.shape, of: UInt8.self) { target in
        for i in 0..<target.count { target[i] = values[i / width * width + width - 1 - i % width] }
      })
  }

  // Checksums by Tests/Fixtures/vision/stereo_flow.cpp: Debian's OpenCV 4.6.0 called from C++. (5.0.0 differs.)
  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      (OpticalFlow.dis(.ultrafast), 0x92d5_fc94 as UInt32), (.dis(.fast), 0x7017_c8c2),
      (.dis(.medium), 0xeae5_7017), (.farneback(.init()), 0x1e41_e1f7),
    ])
  func `the flow of a real pair equals OpenCV's and explains the motion`(
    method: OpticalFlow, checksum: UInt32
  ) throws {
    let (first, second) = (try Self.whale(1), try Self.whale(2))
    let flow = try method.flow(from: first, to: second)
    if try OpenCV.version() == "4.6.0" {
      #expect(OpenCVSemiGlobalMatcherTests.checksum(flow.vectors) == checksum)
    }
    // later(p + v) = earlier(p): the difference that remains is less than half of that without flow.
    let zero = FlowField(vectors: Tensor(repeating: 0 as Float, shape: flow.vectors.shape))
    let before = Self.difference(first, second, zero)
    let after = Self.difference(first, second, flow)
    #expect(after < 0.5 * before, "\(after) of \(before)")
  }

  /// Mean absolute difference between the earlier picture and the later one fetched along the flow.
  static func difference(_ earlier: Image, _ later: Image, _ flow: FlowField) -> Double {
    let (width, height) = (earlier.width, earlier.height)
    let a = earlier.pixels.array(of: UInt8.self)
    let b = later.pixels.array(of: UInt8.self)
    let v = flow.vectors.array(of: Float.self)
    var (sum, count) = (0.0, 0)
    for y in 8..<(height - 8) {
      for x in 8..<(width - 8) {
        let i = y * width + x
        let (px, py) = (Float(x) + v[2 * i], Float(y) + v[2 * i + 1])
        guard px >= 0, py >= 0, px < Float(width - 1), py < Float(height - 1) else { continue }
        let (x0, y0) = (Int(px), Int(py))
        let (fx, fy) = (px - Float(x0), py - Float(y0))
        let j = y0 * width + x0
        let top = Float(b[j]) * (1 - fx) + Float(b[j + 1]) * fx
        let bottom = Float(b[j + width]) * (1 - fx) + Float(b[j + width + 1]) * fx
        sum += Double(abs(top * (1 - fy) + bottom * fy - Float(a[i])))
        count += 1
      }
    }
    return sum / Double(count)
  }

  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [(OpticalFlow.dis(.medium), 0.1 as Float), (.farneback(.init()), 0.01)])
  func `mirroring both pictures negates u and keeps v`(method: OpticalFlow, limit: Float) throws {
    let (first, second) = (try Self.whale(1), try Self.whale(2))
    let plain = try method.flow(from: first, to: second)
    let mirrored = try method.flow(from: Self.flipped(first), to: Self.flipped(second))
    let (p, m) = (plain.vectors.array(of: Float.self), mirrored.vectors.array(of: Float.self))
    let width = plain.width
    var gaps: [Float] = []
    for i in 0..<(p.count / 2) {
      let j = i / width * width + width - 1 - i % width
      gaps.append(max(abs(p[2 * i] + m[2 * j]), abs(p[2 * i + 1] - m[2 * j + 1])))
    }
    gaps.sort()
    // The searches start at the upper left, so single pixels may differ.
    #expect(gaps[gaps.count / 2] < limit, "median \(gaps[gaps.count / 2])")
  }

  @Test(arguments: [OpticalFlow.dis(.ultrafast), .dis(.fast), .dis(.medium), .farneback(.init())])
  func `small pictures give flow or an error, never a crash`(method: OpticalFlow) {
    // 588 x 23 and the like made OpenCV crash.
    for (width, height) in [(1, 1), (15, 40), (588, 23), (511, 31), (318, 18), (32, 900)] {
      let image = Image(pixels: Tensor(repeating: 9 as UInt8, shape: [height, width, 1]))
      let flow = try? method.flow(from: image, to: image)
      if let flow { #expect(flow.width == width && flow.height == height) }
      #expect(flow != nil || min(width, height) < 32)
    }
  }

  @Test func `colours of the wheel: rest is white, right is red, fast is darker`() {
    let vectors: [Float] = [0, 0, 5, 0, 10, 0, .nan, 0, 0, 5, -5, 0]
    let field = FlowField(vectors: Tensor(vectors, shape: [1, 6, 2]))
    let colors = field.colored(largest: 5).pixels.array(of: UInt8.self)
    #expect(Array(colors[0..<3]) == [255, 255, 255])
    #expect(Array(colors[3..<6]) == [255, 0, 0])
    #expect(Array(colors[6..<9]) == [191, 0, 0])
    #expect(Array(colors[9..<12]) == [0, 0, 0])
    // Down is yellow, left is cyan to blue in the benchmark's wheel.
    #expect(colors[12] > 200 && colors[13] > 180 && colors[14] < 40)
    #expect(colors[15] < 40 && colors[17] == 255)
  }
}

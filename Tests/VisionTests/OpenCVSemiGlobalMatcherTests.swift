import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct OpenCVSemiGlobalMatcherTests {
  static func image(_ name: String) throws -> Image {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.path(name))))
    return try ImageCodec.decode(bytes, named: name)
  }

  static func checksum(_ tensor: Tensor) -> UInt32 {
    tensor.withUnsafeBytes { bytes in
      let bytes = bytes.bindMemory(to: UInt8.self)
      return CRC32.table.withUnsafeBufferPointer { CRC32.of(bytes, 0..<bytes.count, table: $0) }
    }
  }

  /// Share of the known pixels whose disparity is off by more than 2; pixels without one count as 0.
  static func bad2(_ disparities: Tensor, _ truth: Tensor) -> Double {
    let (found, known) = (disparities.array(of: Float.self), truth.array(of: Float.self))
    var (bad, count) = (0, 0)
    for i in known.indices where known[i] > 0 {
      count += 1
      if abs(found[i] - known[i]) > 2 { bad += 1 }
    }
    return 100 * Double(bad) / Double(count)
  }

  // Checksums (CRC-32 over little-endian float32, 0 = none) by Tests/Fixtures/vision/stereo_flow.py: OpenCV 5.0.0 from PyPI
  // and Debian's 4.6.0 called from C++ give equal bits.
  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      (OpenCVSemiGlobalMatcher.Mode.sgbm, 3, 0x0c5c_e574 as UInt32), (.threeWay, 5, 0x2228_559a),
      (.hh4, 3, 0x668e_0a10),
    ])
  func `disparities of Aloe equal OpenCV's bit for bit`(
    mode: OpenCVSemiGlobalMatcher.Mode, block: Int, checksum: UInt32
  ) throws {
    var matcher = OpenCVSemiGlobalMatcher()
    matcher.mode = mode
    matcher.blockSize = block
    if block == 5 {
      matcher.uniquenessRatio = 10
      matcher.speckleWindowSize = 100
      matcher.speckleRange = 32
      matcher.preFilterCap = 63
      matcher.disp12MaxDiff = 1
    }
    let pair = StereoPair(
      left: try Self.image("stereo/aloe/aloeL.jpg"), right: try Self.image("stereo/aloe/aloeR.jpg"))
    let disparity = try matcher.disparity(of: pair)
    #expect(Self.checksum(disparity.disparities) == checksum)
    if mode == .threeWay {
      let bytes = [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: SharedData.path("stereo/aloe/aloeGT.png"))))
      let truth = try ImageCodec.decodeGrey16(bytes, named: "aloeGT.png")
      #expect(abs(Self.bad2(disparity.disparities, truth) - 25.261) < 0.001)
    }
  }

  /// A random texture shifted by a whole number of pixels.
  static func shifted(by shift: Int, width: Int = 160, height: Int = 60) -> StereoPair {
    var generator = SeededGenerator(seed: 3)
    let wide = (0..<(height * (width + shift))).map { _ in UInt8(generator.uniform(below: 256)) }
    func crop(_ start: Int) -> Image {
      Image(
        pixels: Tensor(shape: [height, width, 1], of: UInt8.self) { target in
          for i in 0..<target.count {
            target[i] = wide[i / width * (width + shift) + i % width + start]
          }
        })
    }
    return StereoPair(left: crop(0), right: crop(shift))
  }

  @Test(arguments: OpenCVSemiGlobalMatcher.Mode.allCases)
  func `a shifted texture has that disparity`(mode: OpenCVSemiGlobalMatcher.Mode) throws {
    var matcher = OpenCVSemiGlobalMatcher()
    matcher.disparityCount = 32
    matcher.mode = mode
    let disparity = try matcher.disparity(of: Self.shifted(by: 9))
    let values = disparity.disparities.array(of: Float.self)
    var right = 0
    for y in 5..<55 { for x in 45..<150 where abs(values[160 * y + x] - 9) < 0.1 { right += 1 } }
    #expect(right > 50 * 105 * 98 / 100)
  }

  @Test func `tiny pictures and absurd settings end in errors or empty maps, never in crashes`()
    throws
  {
    for (width, height) in [(1, 1), (2, 7), (17, 3), (40, 1)] {
      let image = Image(pixels: Tensor(repeating: 3 as UInt8, shape: [height, width, 3]))
      for mode in OpenCVSemiGlobalMatcher.Mode.allCases {
        var matcher = OpenCVSemiGlobalMatcher()
        matcher.mode = mode
        matcher.disparityCount = 16
        let result = try? matcher.disparity(of: StereoPair(left: image, right: image))
        #expect(result.map { $0.width == width } ?? true)
      }
    }
    for change: (inout OpenCVSemiGlobalMatcher) -> Void in [
      { $0.disparityCount = 17 }, { $0.disparityCount = 1 << 20 }, { $0.blockSize = 4 },
      { $0.minDisparity = -3 }, { $0.uniquenessRatio = 100 }, { $0.p2 = 40000 },
    ] {
      var matcher = OpenCVSemiGlobalMatcher()
      change(&matcher)
      #expect(throws: VisionError.self) { try matcher.disparity(of: Self.shifted(by: 2)) }
    }
  }

  @Test func `depth is focal length times baseline over disparity and offset`() throws {
    let left = CameraModel(
      width: 4, height: 2, focalLength: [100, 100], principalPoint: [2, 1])
    var right = left
    right.principalPoint.x = 5
    let rig = StereoRig(
      left: left, right: right,
      rightFromLeft: Pose(rotation: .identity, translation: [-0.2, 0, 0]))
    let values: [Float] = [0, 1, 7, 17, 0, 0, 0, 2]
    let image = DisparityImage(disparities: Tensor(values, shape: [2, 4]))
    let depth = try image.depth(rig: rig)
    #expect(depth.depths.array(of: Float.self) == [0, 5, 2, 1, 0, 0, 0, 4])
    #expect(depth.camera == left)
    #expect(throws: VisionError.self) { try image.depth() }
    let small = DisparityImage(disparities: Tensor(repeating: 1 as Float, shape: [4, 4]), rig: rig)
    #expect(throws: VisionError.self) { try small.depth() }
  }

  @Test func `depth of a half-size image uses the scaled rig`() throws {
    let camera = CameraModel(
      width: 8, height: 4, focalLength: [100, 100], principalPoint: [3.5, 1.5])
    let rig = StereoRig(
      left: camera, right: camera,
      rightFromLeft: Pose(rotation: .identity, translation: [-0.5, 0, 0]))
    let half = DisparityImage(disparities: Tensor(repeating: 5 as Float, shape: [2, 4]), rig: rig)
    // f = 50: 50 * 0.5 / 5.
    #expect(try half.depth().depths.array(of: Float.self).allSatisfy { $0 == 5 })
  }
}

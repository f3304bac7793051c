import Foundation
import Tensors
import Vision

/// Stereo matchers on the peers' own pair, and on Aloe where the recordings lie beside the inputs; OpenCV's in the same run.
///
/// Ours with four paths bears the name of OpenCV's fastest mode, with eight that of its mode with eight; `_opencv` is OpenCV's.
/// The check value is the percentage of returned pixels that are off by more than 1 pixel (Aloe: 2).
enum StereoBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    var operations: [BenchOperation] = []
    if let scene = try made(in: folder) {
      operations += [
        own("stereo_sgm_SGBM_3WAY_w5_d128", scene, .four, threads),
        openCV("stereo_sgm_SGBM_3WAY_w5_d128_opencv", scene, .threeWay),
        own("stereo_sgm_HH_w5_d128", scene, .eight, threads),
        openCV("stereo_sgm_HH_w5_d128_opencv", scene, .hh),
      ]
    }
    if let scene = try aloe(near: folder) {
      operations += [
        own("stereo_sgm_aloe_d256", scene, .four, threads),
        openCV("stereo_sgm_aloe_d256_opencv", scene, .threeWay),
        own("stereo_sgm_aloe_8paths_d256", scene, .eight, threads),
      ]
    }
    return operations
  }

  private struct Scene {
    var pair: StereoPair
    var truth: [Float]
    var disparities: Int
    /// Errors above it are bad, pixels.
    var threshold: Float

    /// Percentage of the returned pixels that are off, left of which all disparities have a partner.
    func bad(_ found: DisparityImage) -> Double {
      found.disparities.withUnsafeElements(of: Float.self) { found in
        var (returned, wrong) = (0, 0)
        let width = pair.left.width
        for y in 0..<pair.left.height {
          for x in min(disparities, width)..<width {
            let i = y * width + x
            guard truth[i] > 0, found[i] > 0 else { continue }
            returned += 1
            if abs(found[i] - truth[i]) > threshold { wrong += 1 }
          }
        }
        return returned == 0 ? 0 : 100 * Double(wrong) / Double(returned)
      }
    }

    var evaluations: Int { pair.left.width * pair.left.height * disparities }
  }

  private static func own(
    _ name: String, _ scene: Scene, _ paths: SemiGlobalMatcher.Paths, _ threads: Int
  ) -> BenchOperation {
    var matcher = SemiGlobalMatcher()
    matcher.disparityCount = scene.disparities
    matcher.paths = paths
    matcher.threads = threads
    return BenchOperation(name: name, count: scene.evaluations, countsDisparities: true) {
      [matcher] in
      scene.bad(try matcher.disparity(of: scene.pair))
    }
  }

  /// With the settings of the peers' script; on Aloe those of OpenCV's stereo_match example.
  private static func openCV(
    _ name: String, _ scene: Scene, _ mode: OpenCVSemiGlobalMatcher.Mode
  ) -> BenchOperation {
    let isAloe = scene.disparities == 256
    var matcher = OpenCVSemiGlobalMatcher()
    matcher.disparityCount = scene.disparities
    matcher.blockSize = isAloe ? 3 : 5
    matcher.preFilterCap = isAloe ? 63 : 0
    matcher.disp12MaxDiff = 1
    matcher.uniquenessRatio = 10
    matcher.speckleWindowSize = 100
    matcher.speckleRange = isAloe ? 32 : 2
    matcher.mode = mode
    return BenchOperation(name: name, count: scene.evaluations, countsDisparities: true) {
      [matcher] in
      scene.bad(try matcher.disparity(of: scene.pair))
    }
  }

  private static func made(in folder: String) throws -> Scene? {
    guard
      let left = try numbers("stereo_left", bytesEach: 1, in: folder),
      let right = try numbers("stereo_right", bytesEach: 1, in: folder),
      let truth = try numbers("stereo_disp_x256", bytesEach: 2, in: folder),
      left.shape == right.shape, left.shape == truth.shape
    else { return nil }
    let image = { (array: (shape: [Int], values: [UInt16])) in
      Image(pixels: Tensor(array.values.map { UInt8($0) }, shape: array.shape + [1]))
    }
    return Scene(
      pair: StereoPair(left: image(left), right: image(right)),
      truth: truth.values.map { Float($0) / 256 }, disparities: 128, threshold: 1)
  }

  private static func aloe(near folder: String) throws -> Scene? {
    let aloe = "\(folder)/../../data/stereo/aloe/"
    func image(_ name: String) throws -> Image? {
      guard let bytes = FileManager.default.contents(atPath: aloe + name) else { return nil }
      return try ImageCodec.decode([UInt8](bytes), named: name).grey()
    }
    guard let left = try image("aloeL.jpg"), let right = try image("aloeR.jpg"),
      let truth = try image("aloeGT.png"), left.width == right.width, left.width == truth.width,
      left.height == right.height, left.height == truth.height
    else { return nil }
    return Scene(
      pair: StereoPair(left: left, right: right),
      truth: truth.pixels.array(of: UInt8.self).map { Float($0) }, disparities: 256, threshold: 2)
  }

  /// A NumPy array of unsigned numbers of one or two bytes and two axes; nil where the folder lacks it.
  private static func numbers(_ name: String, bytesEach: Int, in folder: String) throws -> (
    shape: [Int], values: [UInt16]
  )? {
    let path = "\(folder)/\(name).npy"
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let bytes = [UInt8](data)
    func refuse() -> CommandFailure {
      CommandFailure(.unreadableInput, "\(path): no NumPy array of \(bytesEach)-byte numbers")
    }
    guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes[6] == 1 else {
      throw refuse()
    }
    let start = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
    guard start <= bytes.count else { throw refuse() }
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    let shape = (header.split(separator: "(").last?.split(separator: ")").first ?? "")
      .split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard header.contains(bytesEach == 1 ? "'|u1'" : "'<u2'"), header.contains("False"),
      shape.count == 2, shape[0] > 0, shape[1] > 0, shape[0] <= 1 << 20, shape[1] <= 1 << 20,
      bytes.count - start == shape[0] * shape[1] * bytesEach
    else { throw refuse() }
    let values = (0..<shape[0] * shape[1]).map { i in
      let at = start + bytesEach * i
      return UInt16(bytes[at]) | (bytesEach == 2 ? UInt16(bytes[at + 1]) << 8 : 0)
    }
    return (shape, values)
  }
}

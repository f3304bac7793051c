import Foundation
import Tensors
import Testing

@testable import Vision

@Suite struct MatchingDeviationTests {
  /// A textured pair shifted by `shift`, with noise, and its disparities.
  private func scene(
    _ width: Int, _ height: Int, shift: Int, contrast: Double, noise: Double, seed: UInt64 = 1
  ) -> (StereoPair, DisparityImage) {
    var generator = SeededGenerator(seed: seed)
    let texture = (0..<height * (width + shift)).map { _ in 128 + contrast * generator.normal() }
    func image(_ offset: Int) -> Image {
      var pixels: [UInt8] = []
      for row in 0..<height {
        for column in 0..<width {
          let value = texture[row * (width + shift) + column + offset] + noise * generator.normal()
          pixels.append(UInt8(min(max(value, 0), 255)))
        }
      }
      return Image(pixels: Tensor(pixels, shape: [height, width, 1]))
    }
    // The right camera sees each point `shift` columns farther left.
    let pair = StereoPair(left: image(0), right: image(shift))
    let disparities = Tensor(repeating: Float(shift), shape: [height, width])
    return (pair, DisparityImage(disparities: disparities))
  }

  /// The features' definition, slowly and obviously.
  private func reference(_ pair: StereoPair, _ disparity: DisparityImage, _ c: [Double]) -> [Float]
  {
    let (w, h) = (disparity.width, disparity.height)
    let left = pair.left.pixels.array(of: UInt8.self).map { Double($0) }
    let right = pair.right.pixels.array(of: UInt8.self).map { Double($0) }
    let d = disparity.disparities.array(of: Float.self).map { Double($0) }
    let stated = disparity.standardDeviations?.array(of: Float.self)
    func window(_ x: Int, _ y: Int) -> [(Int, Int)] {
      (max(0, y - 4)...min(h - 1, y + 4)).flatMap { v in
        (max(0, x - 4)...min(w - 1, x + 4)).map { ($0, v) }
      }
    }
    return (0..<w * h).map { place in
      guard d[place] > 0 else { return 0 }
      let (x, y) = (place % w, place / w)
      let all = window(x, y)
      let used = all.filter { d[$0.1 * w + $0.0] > 0 }
      let n = Double(used.count)
      let gradients = used.map { u, v -> Double in
        let (a, b) = (max(u - 1, 0), min(u + 1, w - 1))
        let slope = (left[v * w + b] - left[v * w + a]) / Double(b - a)
        return slope * slope
      }
      let residuals = used.map { u, v -> Double in
        let at = max(Double(u) - d[v * w + u], 0)
        let low = min(Int(at), w - 2)
        let share = min(at - Double(low), 1)
        return left[v * w + u] - right[v * w + low] * (1 - share) - right[v * w + low + 1] * share
      }
      let mean = residuals.reduce(0, +) / n
      let variance = residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      // The plane by normal equations on centred values.
      let mx = used.reduce(0.0) { $0 + Double($1.0) } / n
      let my = used.reduce(0.0) { $0 + Double($1.1) } / n
      let md = used.reduce(0.0) { $0 + d[$1.1 * w + $1.0] } / n
      var (xx, xy, yy, xd, yd) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (u, v) in used {
        let (p, q, r) = (Double(u) - mx, Double(v) - my, d[v * w + u] - md)
        (xx, xy, yy) = (xx + p * p / n, xy + p * q / n, yy + q * q / n)
        (xd, yd) = (xd + p * r / n, yd + q * r / n)
      }
      let det = xx * yy - xy * xy
      let a = det > 0.05 ? (yy * xd - xy * yd) / det : 0
      let b = det > 0.05 ? (xx * yd - xy * xd) / det : 0
      let rough =
        (used.reduce(0.0) { sum, at in
          let r = d[at.1 * w + at.0] - md - a * (Double(at.0) - mx) - b * (Double(at.1) - my)
          return sum + r * r
        } / n).squareRoot()
      var sum = c[0] + c[1] * log(gradients.reduce(0, +) / n + 4) + c[2] * log(variance + 1)
      sum += c[3] * log(rough + 0.05) + c[4] * min(rough, 2) + c[5] * (1 - n / Double(all.count))
      sum += c[6] * min(abs(a), 1) + c[7] * min(abs(b), 1) + c[8] * (1 - Double(all.count) / 81)
      sum += c[9] * min(max((4 - Double(x) + d[place]) / 4, 0), 1)
      if let stated { sum += c[10] * log(max(Double(stated[place]), 1.0 / 256)) }
      return Float(exp(sum))
    }
  }

  @Test func `the kernel agrees with the definition, holes and borders included`() throws {
    var (pair, disparity) = scene(23, 17, shift: 3, contrast: 20, noise: 2)
    disparity.disparities.withUnsafeMutableElements(of: Float.self) { values in
      for i in 0..<values.count {
        let (x, y) = (i % 23, i / 23)
        values[i] = i % 7 == 0 ? 0 : 3 + 0.1 * Float(x) + 0.05 * Float(y) + Float(i % 5) * 0.07
      }
      values[40] = 200
    }
    let model = MatchingDeviation(
      coefficients: [0.2, -0.3, 0.4, 0.5, -0.2, 1.5, 0.7, -0.6, 0.8, 0.3, 0.4], scale: 1)
    for stated in [nil, Tensor((0..<23 * 17).map { Float($0 % 11) / 8 }, shape: [17, 23])] {
      disparity.standardDeviations = stated
      let found = try model.stating(disparity, of: pair).standardDeviations
      let sigmas = try #require(found).array(of: Float.self)
      let expected = reference(pair, disparity, model.coefficients)
      for (a, b) in zip(sigmas, expected) { #expect(abs(a - b) <= 2e-4 * b) }
      #expect(sigmas[0] == 0 && sigmas[7] == 0 && sigmas[8] > 0)
    }
  }

  private func median(_ image: DisparityImage) -> Float {
    let values = (image.standardDeviations?.array(of: Float.self) ?? []).filter { $0 > 0 }.sorted()
    return values.isEmpty ? .nan : values[values.count / 2]
  }

  @Test func `texture makes it smaller, disagreement and roughness larger`() throws {
    let model = MatchingDeviation.semiGlobal
    func sigma(contrast: Double, noise: Double, rough: Float = 0) throws -> Float {
      var (pair, disparity) = scene(60, 40, shift: 5, contrast: contrast, noise: noise)
      var generator = SeededGenerator(seed: 3)
      disparity.disparities.withUnsafeMutableElements(of: Float.self) { values in
        for i in 0..<values.count { values[i] += rough * Float(generator.normal()) }
      }
      return median(try model.stating(disparity, of: pair))
    }
    let plain = try sigma(contrast: 20, noise: 1)
    #expect(try sigma(contrast: 3, noise: 1) > plain)
    #expect(try sigma(contrast: 20, noise: 8) > plain)
    #expect(try sigma(contrast: 20, noise: 1, rough: 0.5) > 1.5 * plain)
  }

  @Test func `other sizes are refused, and the scale multiplies`() throws {
    let (pair, disparity) = scene(20, 10, shift: 2, contrast: 20, noise: 1)
    let other = DisparityImage(disparities: Tensor(repeating: 1 as Float, shape: [10, 21]))
    #expect(throws: VisionError.self) { try MatchingDeviation.semiGlobal.stating(other, of: pair) }
    var doubled = MatchingDeviation.semiGlobal
    doubled.scale = 2
    let one = median(try MatchingDeviation.semiGlobal.stating(disparity, of: pair))
    #expect(abs(median(try doubled.stating(disparity, of: pair)) / one - 2) < 1e-5)
  }

  @Test func `pictures of one pixel or one column need no care`() throws {
    for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2)] {
      let image = Image(pixels: Tensor(repeating: 9 as UInt8, shape: [height, width, 1]))
      let disparity = DisparityImage(
        disparities: Tensor(repeating: 1 as Float, shape: [height, width]))
      let stated = try MatchingDeviation.semiGlobal.stating(
        disparity, of: StereoPair(left: image, right: image))
      #expect(stated.standardDeviations?.array(of: Float.self).allSatisfy { $0 > 0 } == true)
    }
  }
}

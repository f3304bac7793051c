import CKernels
import Foundation
import Tensors

/// Standard deviations of matched disparities, from the pictures and the disparities around each pixel.
///
/// σ_d = exp(c · f) with features f of the 5 x 5 window around a pixel: texture along the row (mean squared gradient g), how
/// well the pictures agree once shifted (variance v of the difference), how far the disparities lie from a plane (root mean
/// square q), the share m of pixels without a disparity, and the slopes of the plane. The model knows nothing of depth or of the
/// rig, and works for the disparities of any matcher; the coefficients belong to a matcher.
///
/// The deviation is a calibrated one: of all errors, wrong surfaces included, 68.27 % are meant to be smaller. The few gross
/// errors among the rest are larger than a normal distribution of that deviation would have them.
public struct MatchingDeviation: Sendable, Equatable {
  /// Eight coefficients, for 1, log(g + 4), log(v + 1), log(q + 0.05), min(q, 2), m, min(|d_x|, 1), min(|d_y|, 1); g and v in
  /// grey levels of 255, squared.
  public var coefficients: [Double]
  /// Multiple of all deviations.
  public var scale: Double

  /// A model from its coefficients.
  ///
  /// - Parameters:
  ///   - coefficients: Eight numbers.
  ///   - scale: Multiple of all deviations, above 0.
  public init(coefficients: [Double], scale: Double = 1) {
    precondition(
      coefficients.count == Int(ckernels_matching_terms),
      "a matching deviation has eight coefficients, not \(coefficients.count)")
    self.coefficients = coefficients
    self.scale = scale
  }

  /// For semi-global matching.
  ///
  /// Quantile regression of the 68.27 % quantile on simulated streets and rooms; docs/stereo.md has data, procedure and checks.
  public static let semiGlobal = MatchingDeviation(
    coefficients: [0.518, -0.156, 0.268, 0.861, -0.61, 3.5, 1.79, -0.703])

  /// The disparities with standard deviations.
  ///
  /// - Parameters:
  ///   - disparity: Disparities of the pair's left picture.
  ///   - pair: The rectified pair, of the same size.
  /// - Returns: The same disparities; what deviations they had are replaced.
  /// - Throws: ``VisionError`` for other sizes.
  public func stating(_ disparity: DisparityImage, of pair: StereoPair) throws -> DisparityImage {
    guard pair.left.width == disparity.width, pair.left.height == disparity.height else {
      throw VisionError.unsuitableInput(
        operation: "deviations of disparities", expected: "a pair of the disparities' size",
        actual: "\(pair.left.width) x \(pair.left.height) beside "
          + "\(disparity.width) x \(disparity.height)")
    }
    let left = try Self.levels(pair.left)
    let right = try Self.levels(pair.right)
    var terms = coefficients
    terms[0] += log(scale)
    var status: Int32 = 0
    let deviations = Tensor(shape: disparity.disparities.shape, of: Float.self) { target in
      disparity.disparities.withUnsafeElements(of: Float.self) { values in
        left.withUnsafeElements(of: Float.self) { left in
          right.withUnsafeElements(of: Float.self) { right in
            status = ckernels_matching_deviation(
              left.baseAddress, right.baseAddress, values.baseAddress, Int32(disparity.width),
              Int32(disparity.height), terms, target.baseAddress)
          }
        }
      }
    }
    guard status == 0 else {
      throw VisionError.unsuitableInput(
        operation: "deviations of disparities", expected: "a picture that fits into memory",
        actual: "\(disparity.width) x \(disparity.height)")
    }
    var result = disparity
    result.standardDeviations = deviations
    return result
  }

  /// Grey levels from 0 to 255.
  private static func levels(_ image: Image) throws -> Tensor {
    let pixels = try image.grey().bytes().pixels
    return pixels.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: [image.height, image.width], of: Float.self) { target in
        for i in 0..<source.count { target[i] = Float(source[i]) }
      }
    }
  }
}

import CKernels
import Foundation
import Tensors

/// Standard deviations of matched disparities, from the pictures and the disparities around each pixel.
///
/// σ_d = exp(c · f) with features f of the 9 x 9 window around a pixel: texture along the row (mean squared gradient g), how
/// well the pictures agree once shifted (variance v of the difference), how far the disparities lie from a plane (root mean
/// square q), the share m of pixels without a disparity, the slopes of the plane, the share b of the window beyond the picture's
/// border, whether the match lies beyond the right picture's border (o), and what the matcher itself states (s). The model knows
/// nothing of depth or of the rig; the coefficients belong to a matcher.
///
/// The deviation is a calibrated one: of all errors, wrong surfaces included, 68.27 % are meant to be smaller. The few gross
/// errors among the rest are larger than a normal distribution of that deviation would have them.
public struct MatchingDeviation: Sendable, Equatable {
  /// Eleven coefficients, for 1, log(g + 4), log(v + 1), log(q + 0.05), min(q, 2), m, min(|d_x|, 1), min(|d_y|, 1), b, o and
  /// log(s); g and v in grey levels of 255, squared; the last counts only for disparities that state deviations.
  public var coefficients: [Double]
  /// Multiple of all deviations.
  public var scale: Double

  /// A model from its coefficients.
  ///
  /// - Parameters:
  ///   - coefficients: Eleven numbers.
  ///   - scale: Multiple of all deviations, above 0.
  public init(coefficients: [Double], scale: Double = 1) {
    precondition(
      coefficients.count == Int(ckernels_matching_terms),
      "a matching deviation has \(ckernels_matching_terms) coefficients, not \(coefficients.count)")
    self.coefficients = coefficients
    self.scale = scale
  }

  /// For Parallax's semi-global matcher, which states deviations of its own.
  ///
  /// Regression of the 68.27 % quantile on simulated streets and rooms; docs/depth.md has data, procedure and checks.
  public static let semiGlobal = MatchingDeviation(
    coefficients: [
      1.954, -0.128, 0.229, 1.506, -1.809, 2.697, 0.113, -1.174, 1.296, 0.83, 0.181,
    ])

  /// For OpenCV's semi-global block matcher, which states none; obtained like ``semiGlobal``.
  public static let blockMatching = MatchingDeviation(
    coefficients: [0.498, -0.11, 0.184, 0.983, -0.537, 2.768, 0.654, -0.881, 1.765, 0, 0])

  /// The disparities with standard deviations.
  ///
  /// - Parameters:
  ///   - disparity: Disparities of the pair's left picture, with what the matcher states about them.
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
    func state(_ stated: UnsafePointer<Float>?) -> Tensor {
      Tensor(shape: disparity.disparities.shape, of: Float.self) { target in
        disparity.disparities.withUnsafeElements(of: Float.self) { values in
          left.withUnsafeElements(of: Float.self) { left in
            right.withUnsafeElements(of: Float.self) { right in
              status = ckernels_matching_deviation(
                left.baseAddress, right.baseAddress, values.baseAddress, stated,
                Int32(disparity.width), Int32(disparity.height), terms, target.baseAddress)
            }
          }
        }
      }
    }
    let deviations =
      disparity.standardDeviations?.withUnsafeElements(of: Float.self) { state($0.baseAddress) }
      ?? state(nil)
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

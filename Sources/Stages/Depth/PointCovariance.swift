import Tensors
import Vision

/// Covariances of back-projected points, from the deviations of depth and of place in the picture.
///
/// A point is P = Z r(u, v). To first order C = σ_Z² r rᵀ + Z² σ_p² (r_u r_uᵀ + r_v r_vᵀ), with r_u and r_v how the ray changes
/// from pixel to pixel (central differences, so that lens distortion counts).
struct PointCovariance: Sendable {
  /// Standard deviation of the place in the picture along each axis, pixels.
  var pixelDeviation: Double
  /// a, b, c of a + b Z + c Z² for depths that state no deviation; empty: there must be one.
  var depthDeviation: [Double]
  /// Whether the systematic part is added.
  var isSystematicIncluded: Bool

  /// Rows xx xy xz yy yz zz, metres squared.
  ///
  /// - Parameters:
  ///   - depth: The depths.
  ///   - indices: Pixels, row by row.
  ///   - rays: What each pixel sees, `[H, W, 3]`, to be multiplied by the depth.
  /// - Returns: Shape `[N, 6]`, Float.
  /// - Throws: ``VisionError`` when nothing states the depths' deviations.
  func covariances(of depth: DepthImage, at indices: [Int32], rays: Tensor) throws -> Tensor {
    let deviations = try deviations(of: depth, at: indices)
    let (height, width) = (depth.height, depth.width)
    let place = pixelDeviation * pixelDeviation
    return depth.depths.withUnsafeElements(of: Float.self) { depths in
      rays.withUnsafeElements(of: Float.self) { rays in
        deviations.withUnsafeBufferPointer { deviations in
          indices.withUnsafeBufferPointer { indices in
            Tensor(shape: [indices.count, 6], of: Float.self) { target in
              for i in 0..<indices.count {
                let pixel = Int(indices[i])
                let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
                let ray = Self.ray(rays, pixel)
                let right = Self.slope(
                  rays, pixel, step: 1, before: column > 0, after: column + 1 < width)
                let down = Self.slope(
                  rays, pixel, step: width, before: row > 0, after: row + 1 < height)
                let along = deviations[i] * deviations[i]
                let z = Double(depths[pixel])
                let across = z * z * place
                var k = 6 * i
                for a in 0..<3 {
                  for b in a..<3 {
                    target[k] = Float(
                      along * ray[a] * ray[b] + across * (right[a] * right[b] + down[a] * down[b]))
                    k += 1
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// σ_Z of the chosen pixels, metres.
  private func deviations(of depth: DepthImage, at indices: [Int32]) throws -> [Double] {
    var result: [Double]
    if let stated = depth.standardDeviations {
      result = stated.withUnsafeElements(of: Float.self) { stated in
        indices.map { Double(stated[Int($0)]) }
      }
    } else {
      guard !depthDeviation.isEmpty else {
        throw VisionError.unsuitableInput(
          operation: "covariances of points",
          expected: "depths with standard deviations (or the setting 'depth_sigma')",
          actual: "depths that state none")
      }
      let terms = depthDeviation + [0, 0]
      result = depth.depths.withUnsafeElements(of: Float.self) { depths in
        indices.map {
          let z = Double(depths[Int($0)])
          return terms[0] + z * (terms[1] + z * terms[2])
        }
      }
    }
    if isSystematicIncluded, let systematic = depth.systematicDeviations {
      systematic.withUnsafeElements(of: Float.self) { systematic in
        for i in result.indices {
          let shared = Double(systematic[Int(indices[i])])
          result[i] = (result[i] * result[i] + shared * shared).squareRoot()
        }
      }
    }
    return result
  }

  @inline(__always)
  private static func ray(_ rays: UnsafeBufferPointer<Float>, _ pixel: Int) -> SIMD3<Double> {
    SIMD3(
      Double(rays[3 * pixel]), Double(rays[3 * pixel + 1]), Double(rays[3 * pixel + 2]))
  }

  /// Change of the ray over one pixel; one-sided at the border, 0 in an image of one row or column.
  @inline(__always)
  private static func slope(
    _ rays: UnsafeBufferPointer<Float>, _ pixel: Int, step: Int, before: Bool, after: Bool
  ) -> SIMD3<Double> {
    let low = before ? pixel - step : pixel
    let high = after ? pixel + step : pixel
    if low == high { return .zero }
    return (ray(rays, high) - ray(rays, low)) / (before && after ? 2 : 1)
  }
}

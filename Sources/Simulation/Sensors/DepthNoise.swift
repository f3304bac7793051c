import Foundation
import Tensors

/// Turns exact depth into what an active depth camera would give.
///
/// Axial noise grows with the squared depth and towards grazing angles. No value comes from outside the range, from surfaces
/// seen at a very flat angle, from the strip that a nearer surface hides from the projector, and from a few random pixels.
/// Values are whole millimetres.
///
/// - Note: Source: Nguyen, Izadi and Lovell, "Modeling Kinect sensor noise for improved 3D reconstruction and tracking",
///   3DIMPVT 2012, equation 3 for the axial noise.
struct DepthNoise {
  let camera: DepthCamera

  /// Distance from the camera to the projector on its right, metres.
  private static let projectorDistance: Float = 0.05
  private static let flattestCosine: Float = 0.12
  private static let lostShare = 0.003

  /// The measured depths.
  ///
  /// - Parameters:
  ///   - view: Exact depths with the cosine of incidence.
  ///   - noiseGenerator: The random stream of a row.
  /// - Returns: Depths, shape `[H, W]`, metres, 0 for holes.
  func measured(_ view: RenderedView, noiseGenerator: (Int) -> SeededGenerator) -> Tensor {
    let (width, height) = (view.width, view.height)
    guard camera.depthNoise > 0 else {
      let (low, high) = (Float(camera.minDepth), Float(camera.maxDepth))
      return Tensor(
        view.depths.map { $0 >= low && $0 <= high ? $0 : 0 }, shape: [height, width])
    }
    return Tensor(shape: [height, width], of: Float.self) { target in
      view.depths.withUnsafeBufferPointer { depths in
        view.cosines.withUnsafeBufferPointer { cosines in
          for row in 0..<height {
            var generator = noiseGenerator(row)
            for column in 0..<width {
              let place = row * width + column
              let draw = generator.nearlyNormal()
              let isLost = generator.uniform() < Self.lostShare * camera.depthNoise
              target[place] =
                isLost || isHidden(depths, place, left: width - column)
                ? 0 : value(depths[place], cosine: cosines[place], draw)
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func value(_ depth: Float, cosine: Float, _ draw: Float) -> Float {
    guard depth >= Float(camera.minDepth), depth <= Float(camera.maxDepth),
      cosine > Self.flattestCosine
    else { return 0 }
    let angle = acos(min(cosine, 1))
    let flat = angle / (.pi / 2 - angle)
    let offset = depth - 0.4
    let deviation =
      0.0012 + 0.0019 * offset * offset + 0.0001 / depth.squareRoot() * flat * flat
    let noisy = depth + draw * deviation * Float(camera.depthNoise)
    return max(0, (noisy * 1000).rounded() / 1000)
  }

  /// Whether a nearer surface to the right stands between the point and the projector.
  @inline(__always)
  private func isHidden(_ depths: UnsafeBufferPointer<Float>, _ place: Int, left: Int) -> Bool {
    let depth = depths[place]
    guard depth > 0 else { return true }
    let scale = Float(camera.focalLength) * Self.projectorDistance
    let reach = min(left, 2 + Int(scale / max(Float(camera.minDepth), 0.1)))
    var shift = 1
    while shift < min(reach, 24) {
      let other = depths[place + shift]
      if other > 0, scale * (1 / other - 1 / depth) > Float(shift) { return true }
      shift += 1
    }
    return false
  }
}

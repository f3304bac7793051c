import Geometry
import PointClouds

/// Where the points of a cloud lie in an image.
struct FrustumPoints: Sendable {
  /// Pixels x, y of each point; not numbers for points that the camera cannot see.
  private let pixels: [SIMD2<Float>]

  /// Points nearer to the camera than this along its axis count as not seen; metres.
  static let leastDepth = 0.1

  /// Projects all points.
  ///
  /// - Parameters:
  ///   - cloud: The points.
  ///   - camera: The camera.
  ///   - cameraFromCloud: From the frame of the cloud to the camera's.
  init(of cloud: PointCloud, camera: CameraModel, cameraFromCloud: Pose) {
    let count = cloud.count
    let (m, t) = (cameraFromCloud.rotation.matrix.elements, cameraFromCloud * cloud.origin)
    let (focal, middle, skew) = (camera.focalLength, camera.principalPoint, camera.skew)
    let isPinhole = camera.distortion == .none
    let hidden = SIMD2<Float>(repeating: .nan)
    pixels = [SIMD2<Float>](unsafeUninitializedCapacity: count) { target, filled in
      cloud.positions.withUnsafeElements(of: Float.self) { p in
        m.withUnsafeBufferPointer { m in
          for i in 0..<count {
            let (x, y, z) = (Double(p[3 * i]), Double(p[3 * i + 1]), Double(p[3 * i + 2]))
            let depth = m[6] * x + m[7] * y + m[8] * z + t.z
            var pixel = hidden
            // False for coordinates that are not numbers, too.
            if depth > Self.leastDepth {
              let a = m[0] * x + m[1] * y + m[2] * z + t.x
              let b = m[3] * x + m[4] * y + m[5] * z + t.y
              if isPinhole {
                pixel = SIMD2(
                  Float(focal.x * (a / depth) + skew * (b / depth) + middle.x),
                  Float(focal.y * (b / depth) + middle.y))
              } else if let seen = camera.project(Vector3(a, b, depth)) {
                pixel = SIMD2(Float(seen.x), Float(seen.y))
              }
            }
            target[i] = pixel
          }
        }
      }
      filled = count
    }
  }

  /// The points that are seen inside a box.
  ///
  /// - Parameter box: A box of the image; its left and top edges belong to it.
  /// - Returns: Their numbers, ascending.
  func indices(in box: Box2D) -> [Int32] {
    let (x1, y1) = (Float(box.x1), Float(box.y1))
    let (x2, y2) = (Float(box.x2), Float(box.y2))
    var found: [Int32] = []
    pixels.withUnsafeBufferPointer { pixels in
      for i in 0..<pixels.count {
        let pixel = pixels[i]
        if pixel.x >= x1 && pixel.x < x2 && pixel.y >= y1 && pixel.y < y2 {
          found.append(Int32(truncatingIfNeeded: i))
        }
      }
    }
    return found
  }
}

extension Box2D {
  /// A box with the same middle and larger sides.
  ///
  /// - Parameters:
  ///   - part: Width and height grow by this part on each side.
  ///   - pixels: Further growth on each side; pixels.
  /// - Returns: The larger box.
  func enlarged(by part: Double, pixels: Double) -> Box2D {
    let (dx, dy) = (part * (x2 - x1) + pixels, part * (y2 - y1) + pixels)
    return Box2D(x1: x1 - dx, y1: y1 - dy, x2: x2 + dx, y2: y2 + dy, label: label, score: score)
  }
}

import Geometry
import PointClouds
import Tensors
import Vision

/// Depth images as point clouds.
struct BackProjection: Sendable {
  /// Whether the values are distances along the ray and not along the optical axis.
  var isRayDepth = false
  /// Depths outside have no point, metres.
  var range: ClosedRange<Float> = 0...Float.greatestFiniteMagnitude
  /// Every how many-th row and column becomes points.
  var stride = 1
  /// What points state about their errors; nil for nothing.
  var covariance: PointCovariance?
  private let rays = RecentValues<CameraModel, Tensor>()

  /// The points that the pixels see, row by row, in the frame of the camera, which belongs to an image of that size.
  ///
  /// A colour picture of another size is sampled at the nearest pixel.
  func cloud(_ depth: DepthImage, camera: CameraModel, color: Image?) throws -> PointCloud {
    let rays = try rays.value(for: camera) { Self.directions($0, isUnit: isRayDepth) }
    let indices = selected(depth)
    let positions = depth.depths.withUnsafeElements(of: Float.self) { depths in
      rays.withUnsafeElements(of: Float.self) { rays in
        indices.withUnsafeBufferPointer { indices in
          Tensor(shape: [indices.count, 3], of: Float.self) { target in
            for i in 0..<indices.count {
              let pixel = Int(indices[i])
              let z = depths[pixel]
              target[3 * i] = rays[3 * pixel] * z
              target[3 * i + 1] = rays[3 * pixel + 1] * z
              target[3 * i + 2] = rays[3 * pixel + 2] * z
            }
          }
        }
      }
    }
    var cloud = PointCloud(positions: positions)
    if let color {
      cloud.attributes["color"] = try Self.colors(
        color, at: indices, width: depth.width, height: depth.height)
    }
    if let covariance {
      cloud.attributes["covariance"] = try covariance.covariances(
        of: depth, at: indices, rays: rays)
    }
    return cloud
  }

  /// The pixels with a depth in range.
  private func selected(_ depth: DepthImage) -> [Int32] {
    let (height, width) = (depth.height, depth.width)
    var indices: [Int32] = []
    indices.reserveCapacity((height / stride + 1) * (width / stride + 1))
    depth.depths.withUnsafeElements(of: Float.self) { depths in
      var row = 0
      while row < height {
        var column = 0
        while column < width {
          let value = depths[row * width + column]
          if value > 0 && value >= range.lowerBound && value <= range.upperBound {
            indices.append(Int32(row * width + column))
          }
          column += stride
        }
        row += stride
      }
    }
    return indices
  }

  /// What each pixel sees: `[H, W, 3]`, of length 1 or with z = 1; not a number where the lens has no inverse.
  private static func directions(_ camera: CameraModel, isUnit: Bool) -> Tensor {
    Tensor(shape: [camera.height, camera.width, 3], of: Float.self) { target in
      var i = 0
      for row in 0..<camera.height {
        for column in 0..<camera.width {
          let ray = camera.ray(through: Vector2(Double(column), Double(row)))
          let isUsable = ray.map { isUnit || $0.z > 1e-6 } ?? false
          let direction = ray.map { isUnit ? $0 : $0 / $0.z } ?? .zero
          target[i] = isUsable ? Float(direction.x) : .nan
          target[i + 1] = isUsable ? Float(direction.y) : .nan
          target[i + 2] = isUsable ? Float(direction.z) : .nan
          i += 3
        }
      }
    }
  }

  private static func colors(
    _ image: Image, at indices: [Int32], width: Int, height: Int
  ) throws -> Tensor {
    let pixels = try image.expandedToColor().bytes().pixels
    let columns = (0..<width).map { nearest($0, from: width, to: image.width) }
    let rows = (0..<height).map { nearest($0, from: height, to: image.height) }
    let sourceWidth = image.width
    return pixels.withUnsafeElements(of: UInt8.self) { pixels in
      Tensor(shape: [indices.count, 3], of: UInt8.self) { target in
        for i in 0..<indices.count {
          let (row, column) = Int(indices[i]).quotientAndRemainder(dividingBy: width)
          let source = 3 * (rows[row] * sourceWidth + columns[column])
          target[3 * i] = pixels[source]
          target[3 * i + 1] = pixels[source + 1]
          target[3 * i + 2] = pixels[source + 2]
        }
      }
    }
  }

  private static func nearest(_ index: Int, from size: Int, to other: Int) -> Int {
    size == other ? index : min((2 * index + 1) * other / (2 * size), other - 1)
  }
}

public import Geometry
public import PointClouds
import Tensors
public import Vision

/// Points of a cloud drawn into the picture of a calibrated camera, coloured by depth.
public struct CloudOverlay: Sendable {
  /// Radius of a point, pixels; 0 = one pixel.
  public var radius: Double
  /// Depths at the two ends of the colour scale, metres.
  public var range: ClosedRange<Double>
  /// The colours from near to far.
  public var colors: ColorMap

  /// How points are drawn.
  ///
  /// - Parameters:
  ///   - radius: Radius of a point, pixels; 0 = one pixel.
  ///   - range: Depths at the two ends of the colour scale, metres.
  ///   - colors: The colours from near to far.
  public init(
    radius: Double = 1.5, range: ClosedRange<Double> = 2...60, colors: ColorMap = .turbo
  ) {
    self.radius = radius
    self.range = range
    self.colors = colors
  }

  /// Draws the points that lie in front of the camera and inside the picture, far ones first.
  ///
  /// - Parameters:
  ///   - cloud: The points; invalid ones are passed over.
  ///   - image: The picture.
  ///   - camera: The camera that took it; scaled to the picture where the sizes differ.
  ///   - cameraFromCloud: Maps the cloud's frame to the camera's optical frame; metres.
  /// - Returns: The picture with points, three channels of UInt8.
  /// - Throws: `VisionError`.
  public func draw(
    _ cloud: PointCloud, on image: Image, camera: CameraModel, cameraFromCloud: Pose
  ) throws -> Image {
    var canvas = try ImageCanvas(image)
    let fitted =
      camera.width == image.width && camera.height == image.height
      ? camera : camera.scaled(toWidth: image.width, height: image.height)
    let seen = Self.project(
      cloud, fitted, cameraFromCloud, width: image.width, height: image.height)
    let order = seen.indices.sorted {
      (seen[$0].depth, $1) > (seen[$1].depth, $0)
    }
    let depths = Tensor(order.map { Float(seen[$0].depth) })
    let painted = try colors.colors(
      of: depths, range: Float(range.lowerBound)...Float(range.upperBound))
    guard !order.isEmpty else { return canvas.image }
    try canvas.drawPoints(order.map { seen[$0].pixel }, colors: painted, radius: radius)
    return canvas.image
  }

  /// Pixels and depths of the points that a camera sees.
  static func project(
    _ cloud: PointCloud, _ camera: CameraModel, _ pose: Pose, width: Int, height: Int
  ) -> [(pixel: Vector2, depth: Double)] {
    let rows = pose.rotation.matrix.rows
    let (left, top) = (-0.5, -0.5)
    let (right, bottom) = (Double(width) - 0.5, Double(height) - 0.5)
    var seen: [(pixel: Vector2, depth: Double)] = []
    cloud.moved(toOrigin: .zero).positions.withUnsafeElements(of: Float.self) { xyz in
      for k in 0..<cloud.count {
        let p = Vector3(Double(xyz[3 * k]), Double(xyz[3 * k + 1]), Double(xyz[3 * k + 2]))
        let z = rows[2].dot(p) + pose.translation.z
        guard z > 0.05, z.isFinite else { continue }
        let point = Vector3(
          rows[0].dot(p) + pose.translation.x, rows[1].dot(p) + pose.translation.y, z)
        guard let pixel = camera.project(point), pixel.x >= left, pixel.x < right,
          pixel.y >= top, pixel.y < bottom
        else { continue }
        seen.append((pixel, z))
      }
    }
    return seen
  }
}

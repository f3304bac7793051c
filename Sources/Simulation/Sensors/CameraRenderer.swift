import Geometry
import Tensors

/// What a camera sees: colours, exact z depth, and which object each pixel shows.
struct RenderedView {
  var width: Int
  var height: Int
  /// Red, green, blue of each pixel, row by row.
  var colors: Tensor
  /// Distance along the optical axis at each pixel's centre, metres; 0 for the sky.
  var depths: [Float]
  /// Cosine between ray and surface normal at each pixel's centre.
  var cosines: [Float]
  /// Object at each pixel's centre; -1 background, -2 sky.
  var objects: [Int32]
}

/// Renders a pinhole camera without distortion.
struct CameraRenderer {
  let snapshot: SceneSnapshot
  let camera: CameraModel
  let worldFromCamera: Pose
  let sampling: PixelSampling
  /// Grey levels of 255.
  let noise: Double
  let threads: Int

  /// The first ray's surface at a pixel: what decides whether the pixel lies at an edge.
  private struct Center {
    var color: Float3
    var normal: Float3
    var depth: Float
    var cosine: Float
    var object: Int32
    var material: Int32

    func isEdge(beside other: Center) -> Bool {
      if object != other.object || material != other.material { return true }
      if normal.dot(other.normal) < 0.93 { return true }
      let change = color - other.color
      if change.dot(change) > 0.025 { return true }
      return abs(depth - other.depth) > 0.03 * min(depth, other.depth)
    }
  }

  /// Rays of a camera: direction = corner + right * column + down * row, with z = 1 in the camera's frame, so that
  /// distances along it are z depths.
  private struct Rays: Sendable {
    var origin: Float3
    var corner: Float3
    var right: Float3
    var down: Float3

    init(_ camera: CameraModel, _ worldFromCamera: Pose) {
      let placement = Placement(worldFromCamera)
      origin = placement.translation
      right = placement.x / Float(camera.focalLength.x)
      down = placement.y / Float(camera.focalLength.y)
      corner =
        placement.z - right * Float(camera.principalPoint.x)
        - down * Float(camera.principalPoint.y)
    }

    @inline(__always) func direction(_ column: Float, _ row: Float) -> Float3 {
      corner + right * column + down * row
    }
  }

  /// Places of the four rays within a pixel: a turned grid, so that edges in all directions gain.
  private static let offsets: [Float2] = [
    Float2(-0.125, -0.375), Float2(0.375, -0.125), Float2(0.125, 0.375), Float2(-0.375, 0.125),
  ]

  /// Renders one picture.
  ///
  /// - Parameter noiseGenerator: The random stream of a row.
  /// - Returns: Colours, depths and objects.
  func render(noiseGenerator: @Sendable (Int) -> SeededGenerator) -> RenderedView {
    let (width, height) = (camera.width, camera.height)
    let rays = Rays(camera, worldFromCamera)
    let centers = castCenters(rays)
    let colors = Tensor(shape: [height, width, 3], of: UInt8.self) { memory in
      guard let target = SharedElements(memory) else { return }
      encode(centers, rays, into: target, noiseGenerator)
    }
    return RenderedView(
      width: width, height: height, colors: colors,
      depths: centers.map { $0.object == -2 ? 0 : $0.depth }, cosines: centers.map(\.cosine),
      objects: centers.map(\.object))
  }

  /// One ray through each pixel's centre.
  private func castCenters(_ rays: Rays) -> [Center] {
    let (width, height) = (camera.width, camera.height)
    return [Center](unsafeUninitializedCapacity: width * height) { memory, count in
      count = width * height
      guard let target = SharedElements(memory) else { return }
      let snapshot = snapshot
      RowSplit.run(pieces: height, threads: threads) { rows in
        snapshot.withCaster { caster in
          for row in rows {
            for column in 0..<width {
              let direction = rays.direction(Float(column), Float(row))
              let point = caster.surface(
                from: rays.origin, along: direction, stepX: rays.right, stepY: rays.down)
              let light = caster.light(from: point, along: direction)
              (target.base + (row &* width &+ column)).initialize(
                to: Center(
                  color: ToneCurve.compressed(light), normal: point.normal, depth: point.distance,
                  cosine: -point.faceNormal.dot(direction) / direction.length,
                  object: point.object, material: point.material))
            }
          }
        }
      }
    }
  }

  /// More rays where needed, noise, and 8-bit values.
  private func encode(
    _ centers: [Center], _ rays: Rays, into target: SharedElements<UInt8>,
    _ noiseGenerator: @Sendable (Int) -> SeededGenerator
  ) {
    let (width, height, sampling) = (camera.width, camera.height, sampling)
    let noise = Float(noise / 255)
    let (curve, snapshot) = (ToneCurve(), snapshot)
    RowSplit.run(pieces: height, threads: threads) { rows in
      snapshot.withCaster { caster in
        centers.withUnsafeBufferPointer { centers in
          curve.withTable { table in
            for row in rows {
              var generator = noiseGenerator(row)
              for column in 0..<width {
                let place = row &* width &+ column
                var color = centers[place].color
                if Self.needsMoreRays(
                  centers, column: column, row: row, width: width, height: height, sampling)
                {
                  color = Self.averaged(caster, rays, column: column, row: row)
                }
                let pixel = target.base + place &* 3
                for channel in 0..<3 {
                  let step = Int(min(max(color[channel], 0), 1) * Float(ToneCurve.steps))
                  var value = Float(table[step])
                  if noise > 0 { value += generator.nearlyNormal() * noise * 255 }
                  pixel[channel] = UInt8(min(max(value.rounded(), 0), 255))
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func needsMoreRays(
    _ centers: UnsafeBufferPointer<Center>, column: Int, row: Int, width: Int, height: Int,
    _ sampling: PixelSampling
  ) -> Bool {
    guard sampling == .edges else { return sampling == .full }
    let place = row &* width &+ column
    let center = centers[place]
    return column > 0 && center.isEdge(beside: centers[place &- 1])
      || column &+ 1 < width && center.isEdge(beside: centers[place &+ 1])
      || row > 0 && center.isEdge(beside: centers[place &- width])
      || row &+ 1 < height && center.isEdge(beside: centers[place &+ width])
  }

  private static func averaged(_ caster: RayCaster, _ rays: Rays, column: Int, row: Int)
    -> Float3
  {
    var sum = Float3(0, 0, 0)
    for offset in offsets {
      let direction = rays.direction(Float(column) + offset.x, Float(row) + offset.y)
      let point = caster.surface(
        from: rays.origin, along: direction, stepX: rays.right, stepY: rays.down)
      sum += ToneCurve.compressed(caster.light(from: point, along: direction))
    }
    return sum / Float(offsets.count)
  }
}

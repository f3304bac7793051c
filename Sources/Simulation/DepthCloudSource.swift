import Foundation
import Geometry
import PointClouds
import Tensors

extension SceneDefinition {
  /// The RGB-D camera, if there is one.
  var depthCamera: DepthCamera? {
    sensors.lazy.compactMap { if case .depthCamera(let camera) = $0 { camera } else { nil } }.first
  }
}

/// Makes the labelled clouds of an RGB-D camera in a room.
struct DepthCloudSource: CloudScene {
  private let camera: DepthCamera
  private let seed: UInt64
  private var session: SimulationSession

  /// An object counts when at least this share of the image's pixels shows it.
  static let fewestPixels = 1.0 / 640
  /// An object counts when the points on it span at least this share of its box along the two best-seen axes together.
  static let leastSpan: Float = 0.15

  init(_ scene: SceneDefinition, _ camera: DepthCamera, seed: UInt64) {
    (self.camera, self.seed) = (camera, seed)
    session = SimulationSession(scene, seed: seed, threads: 1)
  }

  /// Share of the pixels that must show a distance; a camera that looks into a corner or a cupboard sees less.
  private static let leastMeasured = 0.05

  /// What the camera sees in a frame, or in another world where it would see next to nothing.
  mutating func cloud(ofFrame frame: Int) throws -> LabelledCloud {
    let least = Int(Self.leastMeasured * Double(camera.camera.width * camera.camera.height))
    var cloud = try cloud(seenInFrame: frame)
    guard session.scene.framesPerWorld == 1 else { return cloud }
    for attempt in 1...8 where cloud.cloud.count < least {
      cloud = try self.cloud(seenInFrame: frame + attempt << 32)
    }
    cloud.name = Simulation.name(ofFrame: frame)
    return cloud
  }

  private mutating func cloud(seenInFrame frame: Int) throws -> LabelledCloud {
    let (snapshot, objects) = session.snapshot(ofFrame: frame)
    guard case .depthCamera(let camera) = session.world.mounted(.depthCamera(camera)) else {
      throw SimulationError.withoutClouds(scene: session.scene.name)
    }
    let worldFromVehicle = session.world.vehiclePose(at: session.seconds(ofFrame: frame))
    let worldFromCamera = worldFromVehicle * camera.vehicleFromCamera
    let (view, depths) = camera.measure(
      snapshot, from: worldFromCamera, seed: seed, frame: frame, threads: 1)
    let boxes = objects.map { GroundTruth.box(of: $0, in: worldFromVehicle.inverse) }
    var points = DepthPoints(
      depths: depths, objects: view.objects, camera: camera.camera,
      vehicleFromCamera: camera.vehicleFromCamera)
    let least = max(
      GroundTruth.fewestPixels, Int(Double(view.width * view.height) * Self.fewestPixels))
    let (counts, spans) = (points.counts(of: objects.count), points.spans(boxes))
    let kept = boxes.indices.filter { counts[$0] >= least && spans[$0] >= Self.leastSpan }
    let places = points.number(kept, of: objects.count)
    let shown = ObjectViewer(
      snapshot: snapshot, objects: objects, camera: camera.camera, worldFromCamera: worldFromCamera
    ).objectsInImage().filter { places[$0.object] >= 0 }
    return LabelledCloud(
      name: Simulation.name(ofFrame: frame),
      cloud: points.cloud(colors: camera.color ? view.colors : nil), boxes: kept.map { boxes[$0] },
      views: [
        LabelledCloud.CameraView(
          camera: camera.camera, cameraFromCloud: camera.vehicleFromCamera.inverse,
          boxes: shown.map(\.box), objects: shown.map { Int(places[$0.object]) },
          truncations: shown.map(\.truncated), occlusions: shown.map(\.occluded))
      ])
  }
}

/// The points of a depth image in the frame of the vehicle, with their objects.
struct DepthPoints {
  private let width: Int
  private var positions: [Float3] = []
  private var objects: [Int32] = []
  private var pixels: [Int32] = []

  init(depths: Tensor, objects all: [Int32], camera: CameraModel, vehicleFromCamera: Pose) {
    width = camera.width
    let placement = Placement(vehicleFromCamera)
    let (fx, fy) = (Float(camera.focalLength.x), Float(camera.focalLength.y))
    let (cx, cy) = (Float(camera.principalPoint.x), Float(camera.principalPoint.y))
    depths.withUnsafeElements(of: Float.self) { depths in
      all.withUnsafeBufferPointer { all in
        for place in 0..<depths.count where depths[place] > 0 {
          let (row, column) = (place / width, place % width)
          let ray = Float3((Float(column) - cx) / fx, (Float(row) - cy) / fy, 1)
          positions.append(placement.point(ray * depths[place]))
          objects.append(max(all[place], -1))
          pixels.append(Int32(truncatingIfNeeded: place))
        }
      }
    }
  }

  /// How many points lie on each object.
  func counts(of total: Int) -> [Int] { GroundTruth.counts(objects, of: total) }

  /// What share of each box its points span along the two axes that are seen best, multiplied.
  func spans(_ boxes: [Box3D]) -> [Float] {
    var low = [Float3](repeating: Float3(repeating: .infinity), count: boxes.count)
    var high = [Float3](repeating: Float3(repeating: -.infinity), count: boxes.count)
    let turns = boxes.map { (Float(cos($0.yaw)), Float(sin($0.yaw))) }
    for (position, object) in zip(positions, objects) where object >= 0 {
      let (c, s) = turns[Int(object)]
      let turned = Float3(
        c * position.x + s * position.y, c * position.y - s * position.x, position.z)
      low[Int(object)] = pointwiseMin(low[Int(object)], turned)
      high[Int(object)] = pointwiseMax(high[Int(object)], turned)
    }
    return boxes.indices.map { index in
      let span = (high[index] - low[index]) / Float3(boxes[index].size)
      let ordered = [span.x, span.y, span.z].map { min(max($0, 0), 1) }.sorted()
      return ordered[1] * ordered[2]
    }
  }

  /// Numbers the objects anew by their places among those that are kept; the others become background.
  ///
  /// - Returns: The new number of each object, -1 for those that are not kept.
  mutating func number(_ kept: [Int], of total: Int) -> [Int32] {
    var places = [Int32](repeating: -1, count: total)
    for (place, object) in kept.enumerated() { places[object] = Int32(place) }
    for index in objects.indices where objects[index] >= 0 {
      objects[index] = places[Int(objects[index])]
    }
    return places
  }

  /// The cloud with the attribute `instance` and, where pictures are given, `color`.
  func cloud(colors: Tensor?) -> PointCloud {
    let count = positions.count
    let places = Tensor(shape: [count, 3], of: Float.self) { target in
      for (index, position) in positions.enumerated() {
        target[3 * index] = position.x
        target[3 * index + 1] = position.y
        target[3 * index + 2] = position.z
      }
    }
    var attributes = ["instance": Tensor(objects, shape: [count, 1])]
    if let colors {
      attributes["color"] = Tensor(shape: [count, 3], of: UInt8.self) { target in
        colors.withUnsafeElements(of: UInt8.self) { values in
          for (index, pixel) in pixels.enumerated() {
            for channel in 0..<3 { target[3 * index + channel] = values[3 * Int(pixel) + channel] }
          }
        }
      }
    }
    return PointCloud(positions: places, attributes: attributes)
  }
}

import Geometry
import PointClouds
import Tensors

/// LiDAR scans of a street with the objects in them.
///
/// Each cloud lies in the LiDAR's frame, with the attributes `intensity`, `ring`, `time` and `instance`: a point's box as a
/// place in the boxes, or -1. Its boxes are those of the objects with at least 5 points. Its view, when the scene has a camera,
/// is the mono camera or else the left one of the stereo head: boxes in the image are the objects' whole extents, clipped, with
/// truncation and occlusion; nothing is rendered.
struct StreetCloudSource: LabelledCloudSource {
  let scene: SceneDefinition
  let seed: UInt64
  private var session: SimulationSession?

  /// Nil for a scene that is no street with a LiDAR.
  init?(_ scene: SceneDefinition, seed: UInt64) {
    guard scene.kind == .street, scene.lidar != nil else { return nil }
    self.scene = scene
    self.seed = seed
  }

  mutating func cloud(ofFrame frame: Int) throws -> LabelledCloud {
    // A world is built for its first frame.
    var current = session ?? SimulationSession(scene, seed: seed, threads: 1, firstFrame: frame)
    session = nil
    defer { session = current }
    guard let cloud = current.labelledCloud(ofFrame: frame) else {
      throw SimulationError.withoutClouds(scene: scene.name)
    }
    return cloud
  }
}

extension SceneDefinition {
  /// The LiDAR, if there is one.
  var lidar: SpinningLidar? {
    sensors.lazy.compactMap { if case .lidar(let lidar) = $0 { lidar } else { nil } }.first
  }

  /// The camera whose boxes go with the LiDAR's clouds: the mono camera or else the left one of the stereo head.
  var labelledCamera: (camera: CameraModel, vehicleFromCamera: Pose)? {
    sensors.lazy.compactMap {
      if case .mono(let mono) = $0 { (mono.camera, mono.vehicleFromCamera) } else { nil }
    }.first
      ?? sensors.lazy.compactMap {
        if case .stereo(let head) = $0 { (head.camera, head.vehicleFromLeft) } else { nil }
      }.first
  }
}

/// A LiDAR scan with what the world knows of it.
struct StreetScan {
  let snapshot: SceneSnapshot
  let worldFromVehicle: Pose
  let lidar: SpinningLidar
  let sweep: LidarSweep
  let objects: [SceneObject]
  /// The objects with enough points, as places in the objects.
  let seen: [Int]

  var worldFromLidar: Pose { worldFromVehicle * lidar.vehicleFromLidar }

  /// For each object its place among those seen, or -1.
  var places: [Int32] {
    var places = [Int32](repeating: -1, count: objects.count)
    for (place, object) in seen.enumerated() { places[object] = Int32(place) }
    return places
  }

  /// Boxes of the objects seen, in the LiDAR's frame.
  var boxes: [Box3D] {
    let lidarFromWorld = worldFromLidar.inverse
    return seen.map { GroundTruth.box(of: objects[$0], in: lidarFromWorld) }
  }

  /// The scan with the number of each point's box.
  var cloud: PointCloud {
    var cloud = sweep.cloud
    let places = places
    cloud.attributes["instance"] = Tensor(
      sweep.objects.map { $0 >= 0 ? places[Int($0)] : -1 }, shape: [sweep.objects.count, 1])
    return cloud
  }

  /// How objects show in a camera.
  func objects(in camera: CameraModel, vehicleFromCamera: Pose) -> [VisibleObject] {
    ObjectViewer(
      snapshot: snapshot, objects: objects, camera: camera,
      worldFromCamera: worldFromVehicle * vehicleFromCamera
    ).objectsInImage()
  }
}

extension SimulationSession {
  /// The scan of a frame; nil without LiDAR.
  mutating func scan(ofFrame frame: Int) -> StreetScan? {
    guard let lidar = scene.lidar else { return nil }
    let (snapshot, objects) = snapshot(ofFrame: frame)
    let worldFromVehicle = world.vehiclePose(at: seconds(ofFrame: frame))
    let (seed, threads) = (seed, threads)
    let sweep = LidarScanner(
      snapshot: snapshot, lidar: lidar, worldFromLidar: worldFromVehicle * lidar.vehicleFromLidar,
      threads: threads, state: LidarState(lidar, seed: worldSeed(ofFrame: frame))
    ).scan { RandomStream.generator(seed: seed, .lidar, frame: frame, line: $0) }
    let counts = GroundTruth.counts(sweep.objects, of: objects.count)
    return StreetScan(
      snapshot: snapshot, worldFromVehicle: worldFromVehicle, lidar: lidar, sweep: sweep,
      objects: objects,
      seen: objects.indices.filter { counts[$0] >= GroundTruth.fewestPoints })
  }

  /// The scan of a frame with its boxes; nil without LiDAR.
  mutating func labelledCloud(ofFrame frame: Int) -> LabelledCloud? {
    guard let scan = scan(ofFrame: frame) else { return nil }
    var views: [LabelledCloud.CameraView] = []
    if let (camera, vehicleFromCamera) = scene.labelledCamera {
      let places = scan.places
      let shown = scan.objects(in: camera, vehicleFromCamera: vehicleFromCamera)
        .filter { places[$0.object] >= 0 }
      views.append(
        LabelledCloud.CameraView(
          camera: camera,
          cameraFromCloud: vehicleFromCamera.inverse * scan.lidar.vehicleFromLidar,
          boxes: shown.map(\.box), objects: shown.map { Int(places[$0.object]) },
          truncations: shown.map(\.truncated), occlusions: shown.map(\.occluded)))
    }
    return LabelledCloud(
      name: Simulation.name(ofFrame: frame), cloud: scan.cloud, boxes: scan.boxes, views: views)
  }
}

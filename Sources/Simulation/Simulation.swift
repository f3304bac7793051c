import Geometry
public import SensorLogs
import Tensors
import Vision

/// Simulates recorded logs: a ray-cast world, seen by a rig of sensors, with ground truth.
///
/// | Topic | Payload | Frame |
/// | --- | --- | --- |
/// | `/stereo/left/image`, `/stereo/right/image` | Image | `stereo_left`, `stereo_right` |
/// | `/stereo/left/camera_info`, `/stereo/right/camera_info` | CameraModel | likewise |
/// | `/lidar/points` | PointCloud with intensity, ring, time | `lidar` |
/// | `/camera/color/image`, `/camera/color/camera_info` | Image, CameraModel | `camera` |
/// | `/camera/depth/image`, `/camera/depth/camera_info` | DepthImage, CameraModel | `camera` |
/// | `/ground_truth/depth` | exact DepthImage of the left camera | `stereo_left` |
/// | `/mono/image`, `/mono/camera_info` | Image, CameraModel | `mono` |
/// | `/ground_truth/CAMERA/depth`, `instances`, `semantics`, `flow`, `boxes` | DepthImage, Image, Image, FlowField, Detections2D; where asked for; CAMERA is `left`, `mono` or `color` | the camera's |
/// | `/camera/image` | Image: the clips of a scene of kind `actions`, one after the other | `camera` |
/// | `/ground_truth/boxes` | Detections3D: objects with at least 5 LiDAR points, or 60 pixels without LiDAR | `lidar`, or `vehicle` without LiDAR |
/// | `/tf` | `world_from_vehicle` of each frame | |
/// | `/tf_static` | the sensors on the vehicle, once | |
public enum Simulation {
  /// Instant of the first frame: 2026-01-01 00:00:00 UTC.
  public static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

  /// Simulates a log.
  ///
  /// Bytes depend on the scene and the seed only, not on the number of threads; frame k does not depend on how many follow.
  /// The writer is left open: the caller finishes it.
  ///
  /// - Parameters:
  ///   - scene: What to simulate.
  ///   - frames: Number of frames; the scene's own when nil.
  ///   - seed: Seed of everything random; the scene's own when nil.
  ///   - writer: Takes the messages.
  ///   - threads: Number of threads.
  ///   - progress: Called after each frame with the number of frames done and wanted.
  /// - Throws: What the writer throws, or what `progress` throws to stop.
  public static func run(
    _ scene: SceneDefinition, frames: Int? = nil, seed: UInt64? = nil, writer: any LogWriter,
    threads: Int = 1, progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    let frames = frames ?? scene.frames
    if scene.kind == .shapes {
      let sampler = ShapeSampler(scene.shapes, seed: seed ?? scene.seed)
      for frame in 0..<max(0, frames) {
        for message in try sampler.messages(ofFrame: frame, rate: scene.rate) {
          try writer.write(message, logTime: nil)
        }
        try progress(frame + 1, frames)
      }
      return
    }
    if scene.kind == .actions {
      try runActions(scene, frames: frames, seed: seed ?? scene.seed, writer, progress)
      return
    }
    var session = SimulationSession(scene, seed: seed ?? scene.seed, threads: threads)
    for frame in 0..<max(0, frames) {
      for message in session.messages(ofFrame: frame) {
        try writer.write(message, logTime: nil)
      }
      try progress(frame + 1, frames)
    }
  }
}

/// A simulation in progress.
struct SimulationSession {
  let scene: SceneDefinition
  let seed: UInt64
  let threads: Int
  /// The world of the latest frame.
  private(set) var world: any SceneWorld
  private var worldNumber: Int
  private var still: (section: Int, tree: BoundingVolumeHierarchy, objects: [SceneObject])?

  /// A session that begins with any frame.
  init(_ scene: SceneDefinition, seed: UInt64, threads: Int, firstFrame: Int = 0) {
    self.scene = scene
    self.seed = seed
    self.threads = threads
    worldNumber = Self.worldNumber(ofFrame: firstFrame, scene)
    world = Self.world(scene, seed: Self.seed(ofWorld: worldNumber, seed: seed))
  }

  private static func world(_ scene: SceneDefinition, seed: UInt64) -> any SceneWorld {
    switch scene.kind {
    case .street where scene.street.layout == .random:
      RandomStreetWorld(scene.street, seed: seed, duration: scene.worldDuration)
    case .street: StreetWorld(scene.street, seed: seed)
    case .room: RoomWorld(scene.room, seed: seed)
    case .rooms, .shapes, .actions: RandomRoomWorld(scene.rooms, seed: seed)
    }
  }

  /// The seed of a world: the scene's own for the first.
  static func seed(ofWorld number: Int, seed: UInt64) -> UInt64 {
    guard number > 0 else { return seed }
    // Streams with the second highest bit are used by no world and no sensor.
    var generator = SeededGenerator(seed: seed, stream: 1 << 62 | UInt64(number))
    return generator.next()
  }

  /// Number of the world that a frame shows.
  private static func worldNumber(ofFrame frame: Int, _ scene: SceneDefinition) -> Int {
    scene.framesPerWorld.map { frame / max($0, 1) } ?? 0
  }

  /// Seed of the world that a frame shows.
  func worldSeed(ofFrame frame: Int) -> UInt64 {
    Self.seed(ofWorld: Self.worldNumber(ofFrame: frame, scene), seed: seed)
  }

  /// Time since the frame's world began, seconds.
  func seconds(ofFrame frame: Int) -> Double {
    Double(scene.framesPerWorld.map { frame % max($0, 1) } ?? frame) / scene.rate
  }

  /// Makes ``world`` that of a frame.
  private mutating func enterWorld(ofFrame frame: Int) {
    let number = Self.worldNumber(ofFrame: frame, scene)
    guard number != worldNumber else { return }
    world = Self.world(scene, seed: Self.seed(ofWorld: number, seed: seed))
    (worldNumber, still) = (number, nil)
  }

  /// The world at the instant of a frame with all its objects; ``world`` is the frame's afterwards.
  mutating func snapshot(ofFrame frame: Int) -> (SceneSnapshot, [SceneObject]) {
    enterWorld(ofFrame: frame)
    let seconds = seconds(ofFrame: frame)
    let section = world.section(at: seconds)
    if still?.section != section {
      let content = world.stillContent(section: section)
      still = (section, BoundingVolumeHierarchy(content.mesh), content.objects)
    }
    let stillObjects = still?.objects ?? []
    let moving = world.movingContent(at: seconds, firstObject: stillObjects.count)
    let snapshot = SceneSnapshot(
      still: still?.tree ?? BoundingVolumeHierarchy(SurfaceMesh()),
      moving: BoundingVolumeHierarchy(moving.mesh), materials: world.materials,
      lighting: world.lighting)
    return (snapshot, stillObjects + moving.objects)
  }

  /// Where everything will be one frame later, in the same world even where the next frame shows another.
  private func instant(after frame: Int, _ objects: [SceneObject]) -> FollowingInstant {
    let seconds = seconds(ofFrame: frame) + 1 / scene.rate
    var poses: [Int: Pose] = [:]
    for object in world.movingContent(at: seconds, firstObject: 0).objects {
      if let key = object.key { poses[key] = object.worldFromObject }
    }
    return FollowingInstant(
      worldFromVehicle: world.vehiclePose(at: seconds),
      worldFromObjects: objects.map { object in
        object.key.map { poses[$0] } ?? object.worldFromObject
      })
  }

  /// All messages of a frame.
  mutating func messages(ofFrame frame: Int) -> [AnyMessage] {
    let (snapshot, objects) = snapshot(ofFrame: frame)
    let worldFromVehicle = world.vehiclePose(at: seconds(ofFrame: frame))
    var recorder = FrameRecorder(
      snapshot: snapshot, worldFromVehicle: worldFromVehicle, frame: frame, seed: seed,
      worldSeed: worldSeed(ofFrame: frame), threads: threads,
      timestamp: Timestamp(
        nanoseconds: Simulation.start.nanoseconds
          + Int64((Double(frame) * 1e9 / scene.rate).rounded())))
    let sensors = scene.sensors.map { world.mounted($0) }
    // Random rooms mount their cameras anew in each world.
    let isFixed = scene.kind != .rooms
    if frame == 0 || !isFixed { recorder.addMountings(sensors, isStatic: isFixed) }
    recorder.addVehiclePose()
    for sensor in sensors { recorder.add(sensor) }
    recorder.addBoxes(
      objects, truth: scene.groundTruth,
      until: scene.groundTruth.contains(.flow) ? instant(after: frame, objects) : nil)
    return recorder.messages
  }
}

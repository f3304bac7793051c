import Geometry
import PointClouds
import SensorLogs
import Tensors
import Vision

/// Collects the messages of one frame.
struct FrameRecorder {
  let snapshot: SceneSnapshot
  let worldFromVehicle: Pose
  let frame: Int
  let seed: UInt64
  /// Seed of the frame's world.
  let worldSeed: UInt64
  let threads: Int
  let timestamp: Timestamp
  private(set) var messages: [AnyMessage] = []
  /// Objects of the LiDAR's points, when there is one, with its place on the vehicle.
  private var sweep: (objects: [Int32], vehicleFromLidar: Pose)?
  /// What each camera saw.
  private var views: [TruthView] = []

  init(
    snapshot: SceneSnapshot, worldFromVehicle: Pose, frame: Int, seed: UInt64,
    worldSeed: UInt64, threads: Int, timestamp: Timestamp
  ) {
    self.snapshot = snapshot
    self.worldFromVehicle = worldFromVehicle
    self.frame = frame
    self.seed = seed
    self.worldSeed = worldSeed
    self.threads = threads
    self.timestamp = timestamp
  }

  private mutating func append(
    _ topic: String, _ frameName: String, _ payload: any Payload, sequence: Int? = nil
  ) {
    messages.append(
      AnyMessage(
        header: MessageHeader(
          timestamp: timestamp, frameName: frameName, topic: topic,
          sequence: UInt64(sequence ?? frame)), payload: payload))
  }

  /// Adds where the sensors sit on the vehicle: always there, or in this frame.
  mutating func addMountings(_ sensors: [SimulatedSensor], isStatic: Bool) {
    var edges: [FrameTransforms.Edge] = []
    func add(_ child: String, _ pose: Pose) {
      edges.append(
        FrameTransforms.Edge(
          parent: "vehicle", child: child, parentFromChild: pose, isStatic: isStatic))
    }
    for sensor in sensors {
      switch sensor {
      case .stereo(let head):
        add("stereo_left", head.vehicleFromLeft)
        add("stereo_right", head.vehicleFromRight)
      case .lidar(let lidar): add("lidar", lidar.vehicleFromLidar)
      case .depthCamera(let camera): add("camera", camera.vehicleFromCamera)
      case .mono(let camera): add("mono", camera.vehicleFromCamera)
      }
    }
    append(isStatic ? "/tf_static" : "/tf", "vehicle", FrameTransforms(edges: edges))
  }

  /// Adds where the vehicle is.
  mutating func addVehiclePose() {
    let edge = FrameTransforms.Edge(
      parent: "world", child: "vehicle", parentFromChild: worldFromVehicle)
    append("/tf", "world", FrameTransforms(edges: [edge]))
  }

  /// Adds what a sensor measures.
  mutating func add(_ sensor: SimulatedSensor) {
    switch sensor {
    case .stereo(let head): addStereo(head)
    case .lidar(let lidar): addSweep(lidar)
    case .depthCamera(let camera): addDepthCamera(camera)
    case .mono(let camera): addMono(camera)
    }
  }

  private func view(
    _ camera: CameraModel, _ vehicleFromCamera: Pose, sampling: PixelSampling, noise: Double,
    _ purpose: RandomStream.Purpose
  ) -> RenderedView {
    let (seed, frame) = (seed, frame)
    return CameraRenderer(
      snapshot: snapshot, camera: camera, worldFromCamera: worldFromVehicle * vehicleFromCamera,
      sampling: sampling, noise: noise, threads: threads
    ).render { RandomStream.generator(seed: seed, purpose, frame: frame, line: $0) }
  }

  private mutating func keep(
    _ view: RenderedView, _ name: String, _ frameName: String, _ camera: CameraModel,
    _ vehicleFromCamera: Pose
  ) {
    views.append(
      TruthView(
        name: name, frameName: frameName, camera: camera, vehicleFromCamera: vehicleFromCamera,
        depths: view.depths, objects: view.objects))
  }

  private mutating func addStereo(_ head: StereoHead) {
    let left = view(
      head.camera, head.vehicleFromLeft, sampling: head.sampling, noise: head.noise, .leftImage)
    let right = view(
      head.camera, head.vehicleFromRight, sampling: head.sampling, noise: head.noise, .rightImage)
    append("/stereo/left/camera_info", "stereo_left", head.camera)
    append("/stereo/right/camera_info", "stereo_right", head.camera)
    append("/stereo/left/image", "stereo_left", Image(pixels: left.colors, camera: head.camera))
    append(
      "/stereo/right/image", "stereo_right", Image(pixels: right.colors, camera: head.camera))
    append(
      "/ground_truth/depth", "stereo_left",
      DepthImage(
        depths: Tensor(left.depths, shape: [left.height, left.width]), camera: head.camera))
    keep(left, "left", "stereo_left", head.camera, head.vehicleFromLeft)
  }

  private mutating func addMono(_ mono: MonoCamera) {
    let view = view(
      mono.camera, mono.vehicleFromCamera, sampling: mono.sampling, noise: mono.noise, .monoImage)
    append("/mono/camera_info", "mono", mono.camera)
    append("/mono/image", "mono", Image(pixels: view.colors, camera: mono.camera))
    keep(view, "mono", "mono", mono.camera, mono.vehicleFromCamera)
  }

  private mutating func addSweep(_ lidar: SpinningLidar) {
    let (seed, frame) = (seed, frame)
    let sweep = LidarScanner(
      snapshot: snapshot, lidar: lidar, worldFromLidar: worldFromVehicle * lidar.vehicleFromLidar,
      threads: threads, state: LidarState(lidar, seed: worldSeed)
    ).scan { RandomStream.generator(seed: seed, .lidar, frame: frame, line: $0) }
    append("/lidar/points", "lidar", sweep.cloud)
    self.sweep = (sweep.objects, lidar.vehicleFromLidar)
  }

  private mutating func addDepthCamera(_ camera: DepthCamera) {
    let (view, depths) = camera.measure(
      snapshot, from: worldFromVehicle * camera.vehicleFromCamera, seed: seed, frame: frame,
      threads: threads)
    if camera.color {
      append("/camera/color/camera_info", "camera", camera.camera)
      append("/camera/color/image", "camera", Image(pixels: view.colors, camera: camera.camera))
    }
    append("/camera/depth/camera_info", "camera", camera.camera)
    append("/camera/depth/image", "camera", DepthImage(depths: depths, camera: camera.camera))
    keep(view, "color", "camera", camera.camera, camera.vehicleFromCamera)
  }

  /// Adds what is known about each pixel.
  ///
  /// Instances are numbered from 1 in the order of the boxes; what has no box has a higher number.
  private mutating func addTruth(
    _ kinds: [CameraTruth], _ objects: [SceneObject], _ isSeen: [Bool],
    until next: FollowingInstant?
  ) {
    var numbers = [Int](repeating: 0, count: objects.count)
    var number = 0
    for wanted in [true, false] {
      for index in objects.indices where isSeen[index] == wanted {
        number += 1
        numbers[index] = number
      }
    }
    for view in views {
      for kind in CameraTruth.allCases where kinds.contains(kind) {
        let topic = "/ground_truth/\(view.name)/\(kind.rawValue)"
        switch kind {
        case .depth: append(topic, view.frameName, view.depthImage)
        case .instances: append(topic, view.frameName, view.instanceMask(numbers))
        case .semantics: append(topic, view.frameName, view.semanticMask(objects.map(\.label)))
        case .boxes:
          append(topic, view.frameName, view.boxes(objects.map(\.label), of: isSeen))
        case .flow:
          guard let next else { continue }
          append(
            topic, view.frameName,
            view.flow(worldFromVehicle, objects.map(\.worldFromObject), until: next))
        }
      }
    }
  }

  /// Adds the boxes of the objects that the sensors saw, and the truth about pixels; call it last.
  mutating func addBoxes(
    _ objects: [SceneObject], truth: [CameraTruth] = [], until next: FollowingInstant? = nil
  ) {
    let isSeen: [Bool]
    let frameName: String
    let worldFromFrame: Pose
    if let sweep {
      isSeen = GroundTruth.counts(sweep.objects, of: objects.count)
        .map { $0 >= GroundTruth.fewestPoints }
      (frameName, worldFromFrame) = ("lidar", worldFromVehicle * sweep.vehicleFromLidar)
    } else {
      var most = [Int](repeating: 0, count: objects.count)
      for view in views {
        let counts = GroundTruth.counts(view.objects, of: objects.count)
        for index in most.indices { most[index] = max(most[index], counts[index]) }
      }
      isSeen = most.map { $0 >= GroundTruth.fewestPixels }
      (frameName, worldFromFrame) = ("vehicle", worldFromVehicle)
    }
    let frameFromWorld = worldFromFrame.inverse
    let boxes = zip(objects, isSeen).filter(\.1)
      .map { GroundTruth.box(of: $0.0, in: frameFromWorld) }
    append("/ground_truth/boxes", frameName, Detections3D(boxes: boxes))
    addTruth(truth, objects, isSeen, until: next)
  }
}

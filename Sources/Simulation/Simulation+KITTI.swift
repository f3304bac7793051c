import Geometry
public import SensorLogs
import Tensors
import Vision

extension Simulation {
  /// Simulates a street as a folder of the KITTI 3D object benchmark.
  ///
  /// `image_2` is the mono camera's or else the left image of the stereo head, whose right one becomes `image_3`. The rectified
  /// frame is that of `image_2`. Labels are the objects with at least 5 points of the scan that reach into the image; regions of
  /// others that show there are `DontCare`.
  ///
  /// - Parameters:
  ///   - scene: A street with a LiDAR, and a mono camera or a stereo head.
  ///   - writer: Takes the frames.
  ///   - frames: Number of frames; the scene's own when nil.
  ///   - seed: Seed of everything random; the scene's own when nil.
  ///   - threads: Number of threads; the files do not depend on it.
  ///   - progress: Called after each frame with the number of frames done and wanted.
  /// - Throws: ``SimulationError`` when the scene lacks a sensor, what the writer throws, or what `progress` throws to stop.
  public static func write(
    _ scene: SceneDefinition, to writer: KITTIObjectWriter, frames: Int? = nil,
    seed: UInt64? = nil, threads: Int = 1,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    guard scene.kind == .street, scene.lidar != nil, scene.labelledCamera != nil else {
      throw SimulationError.withoutKITTI(scene: scene.name)
    }
    let frames = frames ?? scene.frames
    var session = SimulationSession(scene, seed: seed ?? scene.seed, threads: threads)
    for frame in 0..<max(0, frames) {
      try session.writeKITTI(frame: frame, to: writer)
      try progress(frame + 1, frames)
    }
  }
}

extension SimulationSession {
  fileprivate mutating func writeKITTI(frame: Int, to writer: KITTIObjectWriter) throws {
    guard let scan = scan(ofFrame: frame), let (camera, vehicleFromCamera) = scene.labelledCamera
    else { return }
    let images = kittiImages(scan, frame: frame)
    guard let left = images.first else { return }
    let calibration = kittiCalibration(
      camera, cameraFromLidar: vehicleFromCamera.inverse * scan.lidar.vehicleFromLidar)
    try writer.write(
      Simulation.name(ofFrame: frame), cloud: scan.sweep.cloud, image: left,
      rightImage: images.count > 1 ? images[1] : nil, calibration: calibration,
      labels: kittiLabels(
        scan, scan.objects(in: camera, vehicleFromCamera: vehicleFromCamera), camera, calibration))
  }

  private func kittiImages(_ scan: StreetScan, frame: Int) -> [Image] {
    let (seed, threads) = (seed, threads)
    func image(
      _ camera: CameraModel, _ vehicleFromCamera: Pose, _ sampling: PixelSampling,
      _ noise: Double, _ purpose: RandomStream.Purpose
    ) -> Image {
      let view = CameraRenderer(
        snapshot: scan.snapshot, camera: camera,
        worldFromCamera: scan.worldFromVehicle * vehicleFromCamera, sampling: sampling,
        noise: noise, threads: threads
      ).render { RandomStream.generator(seed: seed, purpose, frame: frame, line: $0) }
      return Image(pixels: view.colors, camera: camera)
    }
    for case .mono(let mono) in scene.sensors {
      return [
        image(mono.camera, mono.vehicleFromCamera, mono.sampling, mono.noise, .monoImage)
      ]
    }
    for case .stereo(let head) in scene.sensors {
      return [
        image(head.camera, head.vehicleFromLeft, head.sampling, head.noise, .leftImage),
        image(head.camera, head.vehicleFromRight, head.sampling, head.noise, .rightImage),
      ]
    }
    return []
  }

  /// All four cameras look through camera 2, but that the right ones lie one baseline to the right.
  private func kittiCalibration(_ camera: CameraModel, cameraFromLidar: Pose) -> KITTICalibration {
    var baseline = 0.0
    if case .stereo(let head)? = scene.kittiCamera { baseline = head.baseline }
    let (f, c) = (camera.focalLength, camera.principalPoint)
    let k = Matrix3(rows: [Vector3(f.x, 0, c.x), Vector3(0, f.y, c.y), Vector3(0, 0, 1)])
    let left = ProjectionMatrix(left: k, column: .zero)
    let right = ProjectionMatrix(left: k, column: Vector3(-f.x * baseline, 0, 0))
    return KITTICalibration(
      projections: [0: left, 1: right, 2: left, 3: right], cameraFromLidar: cameraFromLidar)
  }

  private func kittiLabels(
    _ scan: StreetScan, _ shown: [VisibleObject], _ camera: CameraModel,
    _ calibration: KITTICalibration
  ) -> [KITTILabel] {
    let (places, boxes) = (scan.places, scan.boxes)
    var labels: [KITTILabel] = []
    var regions: [KITTILabel] = []
    for object in shown {
      let place = Int(places[object.object])
      if place >= 0 {
        var label = KITTILabel(
          boxes[place], calibration: calibration, imageWidth: camera.width,
          imageHeight: camera.height, hasScore: false)
        (label.box, label.truncated, label.occluded) = (
          object.box, object.truncated, object.occluded
        )
        labels.append(label)
      } else if object.occluded < 3 {
        regions.append(
          KITTILabel(
            type: "DontCare", truncated: -1, occluded: -1, alpha: -10, box: object.box,
            height: -1, width: -1, length: -1, location: Vector3(-1000, -1000, -1000),
            rotationY: -10, score: nil))
      }
    }
    return labels + regions
  }
}

extension SceneDefinition {
  /// The sensor whose image is `image_2`.
  fileprivate var kittiCamera: SimulatedSensor? {
    sensors.first { if case .mono = $0 { true } else { false } }
      ?? sensors.first { if case .stereo = $0 { true } else { false } }
  }
}

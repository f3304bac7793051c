import Foundation
import Geometry
import PointClouds
import SensorLogs
import Tensors
import TestSupport
import Testing
import Vision

@testable import Simulation

@Suite struct KITTIFolderTests {
  private static func scene(isStereo: Bool = false) -> SceneDefinition {
    var lidar = SpinningLidar()
    (lidar.beams, lidar.columns, lidar.yawDegrees) = (16, 240, 3)
    var mono = MonoCamera()
    (mono.width, mono.height, mono.focalLength, mono.sampling) = (124, 38, 72, .single)
    var head = StereoHead()
    (head.width, head.height, head.focalLength, head.sampling) = (96, 40, 60, .single)
    var scene = SceneDefinition(
      name: "x", kind: .street, frames: 2, seed: 4, framesPerWorld: 1,
      sensors: [.lidar(lidar), isStereo ? .stereo(head) : .mono(mono)])
    scene.street.layout = .random
    (scene.street.trees, scene.street.leaves, scene.street.ahead) = (3, 10, 60)
    return scene
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "kitti-\(UUID().uuidString)"
    ).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `boxes come back from a folder within a centimetre`() throws {
    try withFolder { path in
      let scene = Self.scene()
      try Simulation.write(scene, to: KITTIObjectWriter(path))
      let folder = try KITTIObjectFolder(path)
      #expect(folder.frames == ["000000", "000001"])
      var count = 0
      try Simulation.labelledClouds(scene) { cloud in
        let calibration = try folder.calibration(cloud.name)
        let labels = try #require(try folder.labels(cloud.name))
        let view = try #require(cloud.views.first)
        let objects = labels.filter { !$0.isRegion }
        #expect(objects.count == view.boxes.count)
        for (index, label) in objects.enumerated() {
          let (box, truth) = (
            try #require(label.box3D(calibration)), cloud.boxes[view.objects[index]]
          )
          #expect((box.center - truth.center).length < 0.01)
          #expect((box.size - truth.size).length < 0.01)
          #expect(abs((box.yaw - truth.yaw).remainder(dividingBy: 2 * .pi)) < 1e-3)
          #expect(box.label == truth.label)
          #expect(abs(label.box.x1 - view.boxes[index].x1) < 1e-3)
          #expect(abs(label.box.y2 - view.boxes[index].y2) < 1e-3)
          #expect(label.occluded == view.occlusions[index])
          #expect(abs(label.truncated - view.truncations[index]) < 1e-3)
          // The bearing is taken out of the heading.
          let alpha = label.rotationY - atan2(label.location.x, label.location.z)
          #expect(abs((alpha - label.alpha).remainder(dividingBy: 2 * .pi)) < 1e-3)
          count += 1
        }
        #expect(labels.allSatisfy { !$0.isRegion || $0.type == "DontCare" })
        let read = try PointCloudFile.read(path: "\(path)/training/velodyne/\(cloud.name).bin")
        #expect(
          read.cloud.positions.array(of: Float.self)
            == cloud.cloud.positions.array(of: Float.self))
        #expect(
          read.cloud.attributes["intensity"]?.array(of: Float.self)
            == cloud.cloud.attributes["intensity"]?.array(of: Float.self))
      }
      #expect(count > 4)
    }
  }

  @Test func `the log reader opens the folder with scans, images and boxes`() throws {
    try withFolder { path in
      try Simulation.write(Self.scene(isStereo: true), to: KITTIObjectWriter(path), frames: 1)
      let log = try RecordedLogs.open(path)
      var kinds: Set<String> = []
      var sizes: Set<[Int]> = []
      let cursor = try log.messages(LogSelection())
      while let message = try cursor.next()?.decoded() {
        kinds.insert("\(type(of: message.payload))")
        if let image = message.payload as? Image { sizes.insert(image.pixels.shape) }
      }
      #expect(kinds.isSuperset(of: ["PointCloud", "Image", "Detections3D"]))
      #expect(sizes == [[40, 96, 3]])
      let calibration = try KITTIObjectFolder(path).calibration("000000")
      let right = try #require(calibration.projections[3])
      #expect(abs(right.column.x + 60 * 0.54) < 1e-9)
    }
  }

  @Test func `scenes without LiDAR or camera, and folders in use, are refused`() throws {
    try withFolder { path in
      var scene = Self.scene()
      let writer = try KITTIObjectWriter(path)
      scene.sensors = [.lidar(SpinningLidar())]
      #expect(throws: SimulationError.self) { try Simulation.write(scene, to: writer) }
      try Simulation.write(Self.scene(), to: writer, frames: 1)
      #expect(throws: LogError.self) { try KITTIObjectWriter(path) }
    }
  }

  @Test func `truncation and occlusion come back from a folder of clouds`() throws {
    try withFolder { path in
      let writer = try LabelledCloudWriter(path)
      var truth: LabelledCloud?
      try Simulation.labelledClouds(Self.scene(), frames: 1) {
        truth = $0
        try writer.write($0)
      }
      try writer.finish()
      let (read, made) = (try LabelledCloudFolder(path).sample(at: 0), try #require(truth))
      #expect(read.views.map(\.occlusions) == made.views.map(\.occlusions))
      #expect(read.views.map(\.truncations) == made.views.map(\.truncations))
      #expect(read.boxes == made.boxes)
      #expect(!made.views[0].occlusions.isEmpty)
    }
  }
}

import Foundation
import Geometry
import Models
import PointClouds
import Tensors
import TestSupport
import Testing

/// Frustums of KITTI's own calibrations, clouds and labels.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
struct FrustumKITTITests {
  /// A frame in the velodyne's frame, and its boxes as the labels give them: in the rectified camera's.
  private func frame(
    _ number: String
  ) throws -> (cloud: LabelledCloud, labels: [FrustumBox], rectified: Pose) {
    let folder = SharedData.path("kitti_object/training/")
    func lines(_ name: String) throws -> [[String]] {
      try String(contentsOfFile: folder + name, encoding: .utf8).split(separator: "\n")
        .map { $0.split(separator: " ").map(String.init) }
    }
    var tables: [String: [Double]] = [:]
    for line in try lines("calib/\(number).txt") {
      tables[line[0]] = line.dropFirst().compactMap(Double.init)
    }
    let p = try #require(tables["P2:"])
    let r = try #require(tables["R0_rect:"])
    let t = try #require(tables["Tr_velo_to_cam:"])
    let rectified =
      Pose(rotation: Quaternion(Matrix3(rowMajor: r)), translation: .zero)
      * Pose(
        rotation: Quaternion(
          Matrix3(rowMajor: [t[0], t[1], t[2], t[4], t[5], t[6], t[8], t[9], t[10]])),
        translation: Vector3(t[3], t[7], t[11]))
    let camera = CameraModel(
      width: 1242, height: 375, focalLength: Vector2(p[0], p[5]),
      principalPoint: Vector2(p[2], p[6]))
    let (right, down) = ((p[3] - p[2] * p[11]) / p[0], (p[7] - p[6] * p[11]) / p[5])
    let baseline = Vector3(right, down, p[11])
    let cameraFromCloud = Pose(rotation: .identity, translation: baseline) * rectified

    let points = try PointCloudFile.read(path: folder + "velodyne/\(number).bin").cloud
    var cloud = LabelledCloud(name: number, cloud: points)
    var view = LabelledCloud.CameraView(camera: camera, cameraFromCloud: cameraFromCloud)
    var labels: [FrustumBox] = []
    for line in try lines("label_2/\(number).txt") where line[0] == "Car" {
      let n = line.dropFirst().compactMap(Double.init)
      guard n[0] < 0.1, n[1] < 1, n[6] - n[4] >= 25 else { continue }
      let box = FrustumBox(
        center: Vector3(n[10], n[11] - n[7] / 2, n[12]), size: Vector3(n[9], n[8], n[7]),
        heading: n[13])
      let forward = rectified.rotation.inverse.rotate(
        Vector3(cos(box.heading), 0, -sin(box.heading)))
      cloud.boxes.append(
        Box3D(
          center: rectified.inverse * box.center, size: box.size,
          yaw: atan2(forward.y, forward.x), label: "Car"))
      view.objects.append(labels.count)
      view.boxes.append(Box2D(x1: n[3], y1: n[4], x2: n[5], y2: n[6], label: "Car"))
      labels.append(box)
    }
    cloud.views = [view]
    return (cloud, labels, rectified)
  }

  @Test(arguments: ["000002", "000003", "000007", "000008"])
  func `cars' points lie in their frustums, and targets are the labels turned to the axis`(
    number: String
  ) throws {
    let (cloud, labels, _) = try frame(number)
    #expect(!labels.isEmpty)
    let task = try FrustumPointNetTask(
      .init(), classes: CloudClasses(names: ["Car", "Pedestrian", "Cyclist"]))
    let subjects = task.subjects(of: cloud)
    #expect(subjects.count == labels.count)
    for (subject, label) in zip(subjects, labels) {
      let truth = subject.boxes[0]
      let seen = subject.cloud.pointCount(in: truth)
      #expect(Double(seen) >= 0.95 * Double(cloud.cloud.pointCount(in: truth)))
      var generator = SeededGenerator(seed: 1)
      let sample = try task.sample(of: subject, isTraining: false, using: &generator)
      let points = try #require(sample.tensors["points"])
      // The axis points forward and through the middle of the box, and the object's points are among those drawn.
      let sides = points.selected(axis: 0, at: 0) / points.selected(axis: 0, at: 2)
      let box = subject.views[0].boxes[0]
      let width = Float((box.x2 - box.x1) / subject.views[0].camera.focalLength.x)
      #expect(sides.abs().max().item(of: Float.self) < 0.8 * width)
      #expect(
        try #require(sample.tensors["mask"]).converted(to: .float32).mean().item() > Float(0.1))

      // The original: the label less the frustum's angle, in the rectified camera; the velodyne is tilted by less than a degree.
      let frame = try #require(sample.tensors["frame"]).array(of: Double.self)
      let center = try #require(sample.tensors["center"]).array(of: Float.self)
      let middle = (box.x1 + box.x2) / 2 - subject.views[0].camera.principalPoint.x
      let angle = atan2(middle, subject.views[0].camera.focalLength.x)
      let expected = label.unturned(by: -angle)
      let shift = 0.02 * expected.center.z + 0.1
      for axis in 0..<3 {
        #expect(abs(Double(center[axis]) - expected.center[axis]) < shift, "axis \(axis)")
      }
      let bin = Int(try #require(sample.tensors["heading_bin"]).item(of: Int32.self))
      let rest = Double(try #require(sample.tensors["heading_residual"]).item(of: Float.self))
      let turn = task.coder.heading(bin: bin, residual: rest) - expected.heading
      #expect(abs(turn.remainder(dividingBy: 2 * .pi)) < 0.02)
      #expect(frame.count == 4)
    }
  }
}

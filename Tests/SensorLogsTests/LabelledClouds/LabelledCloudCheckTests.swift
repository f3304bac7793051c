import Foundation
import Geometry
import PointClouds
import Tensors
import TestSupport
import Testing

@testable import SensorLogs

/// Clouds with ten boxes full of points, as some convention writes the boxes.
private struct Boxes: LabelledCloudSource {
  let path = "made"
  let description = LabelledCloudFolder.Description(classes: ["Car", "Van"])
  let count = 2
  var change: @Sendable (inout Box3D) -> Void = { _ in }

  func labels(at number: Int) -> LabelledCloud { sample(at: number) }

  func sample(at number: Int) -> LabelledCloud {
    var generator = SeededGenerator(seed: UInt64(number))
    var (points, boxes): ([Float], [Box3D]) = ([], [])
    for place in 0..<10 {
      let box = Box3D(
        center: Vector3(Double(place) * 12, 5, 0.8), size: Vector3(4, 1.8, 1.6),
        yaw: generator.uniform(), label: "Car")
      let pose = Pose(
        rotation: Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1)), translation: box.center)
      for _ in 0..<60 {
        let local = Vector3(generator.uniform(), generator.uniform(), generator.uniform()) - 0.5
        let point = pose * (local * box.size)
        points += [Float(point.x), Float(point.y), Float(point.z)]
      }
      var written = box
      change(&written)
      boxes.append(written)
    }
    return LabelledCloud(
      name: "\(number)", cloud: PointCloud(positions: Tensor(points, shape: [600, 3])),
      boxes: boxes)
  }
}

@Test func `labels of another convention are recognised`() throws {
  let sound = try LabelledCloudCheck(Boxes())
  #expect(!sound.findings.contains { $0.isError })
  #expect(sound.labels == ["Car": 20])
  #expect(sound.findings.map(\.problem) == ["no cloud shows the class 'Van'"])
  func problem(_ change: @escaping @Sendable (inout Box3D) -> Void) throws -> String {
    try LabelledCloudCheck(Boxes(change: change)).findings.filter(\.isError).map(\.problem)
      .joined(separator: "; ")
  }
  #expect(try problem { $0.center.z -= $0.size.z / 2 }.contains("middle of the bottom"))
  #expect(try problem { $0.size = $0.size / 2 }.contains("not half"))
  #expect(
    try problem { $0.size = Vector3($0.size.y, $0.size.x, $0.size.z) }
      .contains("length and width exchanged"))
  #expect(try problem { $0.yaw *= 180 / .pi }.contains("yaw is in radians"))
  #expect(try problem { $0.center.x -= 500 }.contains("different frames"))
}

@Test func `a manifest joins sources, renames labels and repeats clouds`() throws {
  let folder = try TemporaryFolder()
  for name in ["a", "b"] {
    let writer = try LabelledCloudWriter(folder.file(name))
    for number in 0..<2 { try writer.write(Boxes().sample(at: number)) }
    try writer.finish()
  }
  func manifest(_ text: String) throws -> any LabelledCloudSource {
    try text.write(toFile: folder.file("m.json"), atomically: true, encoding: .utf8)
    return try LabelledCloudSources.open(folder.file("m.json"))
  }
  let joined = try manifest(
    """
    {"classes":["Vehicle"],"rename":{"Car":"Vehicle"},
     "sources":[{"path":"a"},{"path":"b","clouds":"1:2","repeat":3}]}
    """)
  #expect(joined.count == 5)
  #expect(try joined.labels(at: 4).boxes[0].label == "Vehicle")
  #expect(try joined.sample(at: 4).name == "1")
  #expect(joined.description.classes == ["Vehicle"])
  func problem(_ text: String) -> String {
    do {
      _ = try manifest(text)
      return "none"
    } catch { return "\(error)" }
  }
  #expect(problem("{}").contains("'sources' is missing"))
  #expect(problem(#"{"sources":[{"path":"c"}]}"#).contains("no such file"))
  #expect(problem(#"{"sources":[{"path":"a","clouds":"1:9"}]}"#).contains("range A:B of the 2"))
  #expect(problem(#"{"sources":[]}"#).contains("names no clouds"))
}

@Test(.enabled(if: SharedData.isPresent, "needs the shared recordings"))
func `a KITTI folder is a source of labelled clouds`() throws {
  let source = try LabelledCloudSources.open(SharedData.path("kitti_object"))
  #expect(source.count == 12)
  let first = try source.sample(at: 0)
  #expect(first.cloud.count > 100_000)
  #expect(first.views.count == 1)
  let view = try #require(first.views.first)
  #expect(view.boxes.count == first.boxes.count)
  // A labelled object's middle projects into its box in the image.
  for (box, object) in zip(view.boxes, view.objects) {
    let center = view.cameraFromCloud * first.boxes[object].center
    let x = view.camera.focalLength.x * center.x / center.z + view.camera.principalPoint.x
    #expect(x > box.x1 - 20 && x < box.x2 + 20)
  }
  let check = try LabelledCloudCheck(source)
  #expect(!check.findings.contains { $0.isError })
}

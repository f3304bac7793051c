import Configuration
import Foundation
import Geometry
import Models
import PointClouds
import SensorLogs
import Tensors
import TestSupport
import Testing

@testable import Training

/// A folder of small clouds: points on spheres and on the edges of cubes.
private func writeShapes(_ path: String, count: Int, seed: UInt64) throws {
  var generator = SeededGenerator(seed: seed)
  let writer = try LabelledCloudWriter(path, classes: ["ball", "cube"])
  for number in 0..<count {
    var points: [Float] = []
    let size = 0.5 + generator.uniform()
    for _ in 0..<80 {
      var point = Vector3(generator.normal(), generator.normal(), generator.normal()).normalized
      if number % 2 == 1 {
        let axis = generator.uniform(below: 3)
        for other in 0..<3 where other != axis { point[other] = point[other] > 0 ? 1 : -1 }
      }
      points += [Float(point.x * size), Float(point.y * size), Float(point.z * size)]
    }
    try writer.write(
      LabelledCloud(
        name: "", cloud: PointCloud(positions: Tensor(points, shape: [80, 3])),
        label: number % 2 == 1 ? "cube" : "ball"))
  }
  try writer.finish()
}

/// A floor with blocks on it, as three labelled clouds.
func writeBlocks(_ path: String) throws {
  var generator = SeededGenerator(seed: 8)
  let writer = try LabelledCloudWriter(path)
  for _ in 0..<3 {
    let box = Box3D(
      center: Vector3(2 + generator.uniform(), generator.uniform() - 0.5, 0.5),
      size: Vector3(1.2, 0.8, 1), yaw: 0.3, label: "block")
    let pose = Pose(
      rotation: Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1)), translation: box.center)
    var points: [Float] = []
    for number in 0..<600 {
      var local = Vector3(
        generator.uniform() - 0.5, generator.uniform() - 0.5, generator.uniform() - 0.5)
      local[number % 3] = number % 2 == 0 ? 0.5 : -0.5
      let point =
        number < 300
        ? pose * (local * box.size * 0.99)
        : Vector3(4 * generator.uniform(), 4 * generator.uniform() - 2, 0)
      points += [Float(point.x), Float(point.y), Float(point.z)]
    }
    try writer.write(
      LabelledCloud(
        name: "", cloud: PointCloud(positions: Tensor(points, shape: [600, 3])), boxes: [box]))
  }
  try writer.finish()
}

private let classifier = """
  name: shapes
  model: { use: pointnet_classification, points: 64, dropout: 0 }
  dataset: { use: clouds, path: train, test: test }
  augmentation:
    - { use: turn, degrees: 180 }
    - { use: flip, axis: x }
  optimiser: { use: adam, learning_rate: 0.001 }
  epochs: 4
  batch: 8
  seed: 3
  """

@Test func `a network for clouds trains, resumes and answers from its file alone`() throws {
  let folder = try TemporaryFolder()
  try writeShapes(folder.file("train"), count: 32, seed: 1)
  try writeShapes(folder.file("test"), count: 8, seed: 2)
  let whole = try train(classifier, folder, to: "whole")
  #expect(whole.steps == 16)
  #expect(whole.log.columns.contains("test_accuracy"))
  let losses = whole.log.values(of: "train_loss").compactMap { $0 }
  #expect(losses[3] < losses[0])
  // Cut in the middle of an epoch, then resumed: the same bytes.
  _ = try train(classifier, folder, to: "cut", steps: 6)
  _ = try train(classifier, folder, to: "cut", resume: true)
  let weights = "weights.safetensors"
  #expect(
    try Data(contentsOf: URL(fileURLWithPath: folder.file("whole/\(weights)")))
      == Data(contentsOf: URL(fileURLWithPath: folder.file("cut/\(weights)"))))

  let network = try TrainedCloudNetwork(weights: folder.file("whole/\(weights)"))
  #expect(network.name == "pointnet_classification")
  #expect(network.classes.names == ["ball", "cube"])
  let source = try LabelledCloudFolder(folder.file("test"))
  let evaluation = try CloudEvaluation(network, source)
  let expected = whole.metrics.first { $0.name == "test_accuracy" }?.value
  #expect(evaluation.results.count == 8)
  #expect(expected != nil)
}

@Test func `three labelled clouds train a detector and measure it`() throws {
  let folder = try TemporaryFolder()
  try writeBlocks(folder.file("clouds"))
  let text = """
    model: { use: votenet, points: 256, width: 8, centers: [64, 32, 16, 8], neighbors: [8, 8, 4, 4], proposals: 8 }
    dataset: { use: clouds, path: clouds }
    augmentation:
      - { use: sample_objects, labels: [block], counts: [2] }
    epochs: 2
    batch: 3
    """
  let summary = try train(text, folder, to: "out")
  #expect(summary.steps == 2)
  #expect(summary.samples.first?.count == 3)
  let network = try TrainedCloudNetwork(weights: folder.file("out/weights.safetensors"))
  // The typical size comes from the clouds.
  #expect(network.classes.meanSizes.count == 1)
  #expect((network.classes.meanSizes[0] - Vector3(1.2, 0.8, 1)).length < 1e-9)
  let source = try LabelledCloudFolder(folder.file("clouds"))
  let evaluation = try CloudEvaluation(network, source)
  #expect(evaluation.measures.classes.map(\.label) == ["block"])
  #expect(evaluation.measures.classes[0].count == 3)
}

@Test func `definitions that mix images and clouds are refused with their place`() throws {
  let folder = try TemporaryFolder()
  try writeBlocks(folder.file("clouds"))
  #expect(
    problem("model: lenet\ndataset: { use: clouds, path: clouds }", folder)
      .contains("learns from images or tables"))
  #expect(
    problem("model: votenet\ndataset: { use: mnist, path: clouds }", folder).contains(
      "dataset 'clouds'"))
  #expect(
    problem("model: votenet\ndataset: { use: clouds, path: nowhere }", folder).contains(
      "no such file"))
  let cutout = "augmentation: [ { use: cutout } ]"
  #expect(
    problem("model: votenet\ndataset: { use: clouds, path: clouds }\n\(cutout)", folder)
      .contains("the samples are clouds"))
  let objects = "augmentation: [ { use: sample_objects, labels: [car], counts: [2] } ]"
  #expect(
    problem("model: votenet\ndataset: { use: clouds, path: clouds }\n\(objects)", folder)
      .contains("names 'car'; the classes are block"))
  #expect(
    problem("model: votenot\ndataset: { use: clouds, path: clouds }", folder).contains("votenet"))
}

@Test func `measures of points and clouds are those counted by hand`() throws {
  let clouds: [CloudResult] = [
    .whole(label: 0, truth: 0), .whole(label: 1, truth: 0), .whole(label: 1, truth: 1),
    .whole(label: 1, truth: nil),
  ]
  let whole = try CloudMeasures(clouds, goal: .classification, classes: ["a", "b", "c"])
  #expect(whole.means.map(\.value) == [2.0 / 3, 0.75])
  #expect(whole.confusion == [[1, 1, 0], [0, 1, 0], [0, 0, 0]])
  let points: [CloudResult] = [.points(labels: [0, 0, 1, 1, 2], truth: [0, 1, 1, -1, 1])]
  let part = try CloudMeasures(points, goal: .segmentation, classes: ["a", "b", "c"])
  // a: 1 of 2; b: 1 of 3 wanted, none given wrongly; c does not occur in the truth.
  #expect(part.classes.map(\.values) == [[0.5], [1.0 / 3]])
  #expect(part.means[0].value == 0.5)
}

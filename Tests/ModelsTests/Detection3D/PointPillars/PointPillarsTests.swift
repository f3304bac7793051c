import Foundation
import Geometry
import Networks
import PointClouds
import TestSupport
import Tensors
import Testing

@testable import Models

struct PointPillarsTests {
  private let classes = SparseCentreTaskTests.classes

  private func small() -> PointPillarsSettings {
    var settings = PointPillarsSettings()
    settings.range = LidarRange(
      low: [0, -6.4, -3], high: [12.8, 6.4, 1], voxelSize: [0.2, 0.2, 4])
    (settings.backbone.layers, settings.backbone.momentum) = ([1, 1], 0.3)
    (settings.backbone.widths, settings.backbone.upWidths) = ([32, 32], [32, 32])
    settings.width = 32
    return settings
  }

  @Test func `the largest of groups, and whose gradient it is`() {
    let rows = Tensor([1, 5, 3, 2, 9, 0, 4, 4, 4, 1] as [Float], shape: [5, 2]).requiringGradient()
    let best = rowGroupMaximum(rows, counts: Tensor([2, 3] as [Int32]))
    #expect(best.array(of: Float.self) == [3, 5, 9, 4])
    let weights = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    let slopes = gradients(of: (best * weights).sum(), withRespectTo: [rows])[0]
    #expect(slopes.array(of: Float.self) == [0, 2, 1, 0, 3, 0, 0, 4, 0, 0])
  }

  @Test func `points tell their pillars`() throws {
    let task = try PointPillarsTask(small(), classes: classes)
    let cloud = PointCloud(
      positions: Tensor([1.05, 0.1, -2, 1.15, 0.1, -1, 7.1, -6.3, 0] as [Float], shape: [3, 3]),
      attributes: ["intensity": Tensor([0.2, 0.4, 1] as [Float], shape: [3, 1])])
    let inputs = try task.inputs(of: cloud)
    #expect(inputs["coordinates"]?.array(of: Int32.self) == [0, 32, 5, 0, 0, 35])
    #expect(inputs["counts"]?.array(of: Int32.self) == [2, 1])
    let features = try #require(inputs["features"]?.array(of: Float.self))
    // Height, intensity, halves of a pillar from the mean (height: metres), and from its centre.
    let first: [Float] = [-2, 0.2, -0.5, 0, -0.5, -0.5, 0, -0.5]
    #expect(zip(features, first).allSatisfy { abs($0 - $1) < 1e-4 }, "\(features)")
    #expect(features.count == 24)
  }

  /// The published function on padded pillars, written out.
  @Test func `padded pillars are as published`() throws {
    let network = PillarFeatureNet(inputs: 3, outputs: 4, padding: 4).initialized(seed: 5)
    let norm = network.pfnLayers[0].norm
    norm.runningMean.value = Tensor([-0.5, 0.5, -2, 0] as [Float])
    norm.runningVariance.value = Tensor([1, 0.5, 2, 1] as [Float])
    network.evaluate()
    var generator = SeededGenerator(seed: 1)
    let points = Tensor.normal([5, 3], using: &generator)
    let padded = Tensor.concatenated([
      points.narrowed(axis: 0, to: 0..<1), .zeros([3, 3]), points.narrowed(axis: 0, to: 1..<5),
    ])
    try withoutGradients {
      let expected = network.pfnLayers[0](padded).reshaped(2, 4, 4).max(axis: 1)
      let found = network(points, counts: Tensor([1, 4] as [Int32]))
      #expect((found - expected).abs().max().item(of: Float.self) < 1e-6)
      let alone = PillarFeatureNet(inputs: 3, outputs: 4, padding: nil)
      alone.evaluate()
      try alone.load(Dictionary(uniqueKeysWithValues: network.state.map { ($0.name, $0.value) }))
      let bare = alone(points, counts: Tensor([1, 4] as [Int32]))
      #expect((bare - expected).abs().max().item(of: Float.self) > 0.1)
    }
  }

  @Test func `the network learns a few streets by heart`() throws {
    let task = try PointPillarsTask(small(), classes: classes)
    let network = task.makeNetwork().initialized(seed: 3)
    let clouds = [SparseCentreTaskTests.street(1), SparseCentreTaskTests.street(2)]
    let (first, last) = try SparseCentreTaskTests.overfit(
      task, network, clouds, steps: 60, rate: 4e-3)
    #expect(last < 0.1 * first, "from \(first) to \(last)")
    let detector = try LidarDetector(task, network)
    for cloud in clouds {
      let boxes = try detector.boxes(in: cloud.cloud)
      #expect(
        try SparseCentreTaskTests.agree(.boxes(boxes, truth: cloud.boxes), overlap: 0.7) == nil)
    }
  }

  @Test func `a batch is its clouds one by one`() throws {
    let task = try PointPillarsTask(small(), classes: classes)
    let network = task.makeNetwork().initialized(seed: 3)
    network.evaluate()
    var generator = SeededGenerator(seed: 2)
    let samples = try [1, 2, 3].map {
      try task.sample(
        of: SparseCentreTaskTests.street($0), isTraining: false, using: &generator)
    }
    let batch = task.batch(of: samples)
    try withoutGradients {
      let together = try #require(try task.maps(network, batch.tensors, count: 3))
      for (place, sample) in samples.enumerated() {
        let alone = try #require(try task.maps(network, sample.tensors, count: 1))
        let part = together.codes.narrowed(axis: 0, to: place..<place + 1)
        #expect((part - alone.codes).abs().max().item(of: Float.self) < 1e-4)
      }
    }
  }

  @Test func `clouds without points in the range give no boxes`() throws {
    let task = try PointPillarsTask(small(), classes: classes)
    let network = task.makeNetwork().initialized(seed: 1)
    let far = PointCloud(positions: Tensor([90, 0, 0, .nan, 0, 0] as [Float], shape: [2, 3]))
    #expect(try LidarDetector(task, network).boxes(in: far).isEmpty)
    #expect(try task.inputs(of: far)["features"]?.shape == [0, 8])
  }

  @Test func `the published network has its names and shapes`() throws {
    let task = try PointPillarsTask(.kitti, classes: classes)
    #expect(
      task.code.grid
        == BirdsEyeGrid(low: (0, -39.68), cell: (0.32, 0.32), rows: 248, columns: 216))
    let shapes = Dictionary(
      uniqueKeysWithValues: task.makeNetwork().namedParameters.map { ($0.name, $0.parameter.shape) }
    )
    #expect(shapes["vfe.pfn_layers.0.linear.weight"] == [64, 10])
    #expect(shapes["vfe.pfn_layers.0.norm.weight"] == [64])
    #expect(shapes["backbone_2d.blocks.2.16.weight"] == [256, 256, 3, 3])
    #expect(shapes["backbone_2d.deblocks.2.0.weight"] == [256, 128, 4, 4])
    #expect(shapes["dense_head.shared_conv.0.weight"] == [64, 384, 3, 3])
  }

  @Test func `sizes that do not fit are refused`() {
    var settings = small()
    settings.range.voxelSize[2] = 1
    #expect {
      _ = try PointPillarsTask(settings, classes: classes)
    } throws: { "\($0)".contains("4 voxels along z") }
  }
}

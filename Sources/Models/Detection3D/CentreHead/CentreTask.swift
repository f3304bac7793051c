public import Geometry
import Networks
public import PointClouds
public import Tensors

/// A task whose network ends with a ``CentreHead``: what it adds is how points become maps.
public protocol CentreTask: CloudTask {
  /// How cells of the map describe boxes.
  var code: CentreCode { get }

  /// The head, its targets, losses and boxes.
  var head: CentreHeadSettings { get }

  /// The network's inputs for one cloud.
  ///
  /// - Parameter cloud: A cloud.
  /// - Returns: Tensors that are joined along their first axis; `coordinates` begin with the number of the cloud.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  func inputs(of cloud: PointCloud) throws -> [String: Tensor]

  /// What the network says.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - inputs: Inputs of all clouds.
  ///   - count: Number of clouds.
  /// - Returns: Maps; nil where no cloud has points in the range.
  /// - Throws: ``PointClouds/PointCloudError`` when inputs do not fit the range.
  func maps(_ network: Network, _ inputs: [String: Tensor], count: Int) throws -> CentreMaps?

  /// Whether normalisations find enough cells to compare.
  ///
  /// - Parameter inputs: Inputs of all clouds.
  /// - Returns: Whether they do.
  func canTrain(on inputs: [String: Tensor]) -> Bool

  /// The network made fast for single clouds; switches it to evaluation.
  ///
  /// - Parameter network: The network.
  /// - Returns: What ``maps(_:_:count:)`` does for one cloud.
  /// - Throws: ``Networks/PreparationError``.
  func prepared(_ network: Network) throws
    -> @Sendable (_ inputs: [String: Tensor]) throws -> CentreMaps?
}

extension CentreTask {
  /// The network with folded normalisations and a prepared dense part.
  ///
  /// - Parameter network: The network, with values.
  /// - Returns: What finds the boxes of a cloud.
  /// - Throws: ``Networks/PreparationError``.
  public func detector(_ network: Network) throws
    -> (@Sendable (LabelledCloud) throws -> [Box3D])?
  {
    let detector = try LidarDetector(self, network)
    return { try detector.boxes(in: $0.cloud) }
  }

  /// Inputs and targets of a cloud; nothing is drawn at random.
  ///
  /// - Parameters:
  ///   - cloud: The cloud; its boxes are the truth.
  ///   - isTraining: Makes no difference here.
  ///   - generator: Not used.
  /// - Returns: The inputs; `heat`, `cells`, `codes`, `boxes` and `corners` as ``CentreTargets`` has them.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    var tensors = try inputs(of: cloud.cloud)
    let boxes = cloud.boxes.filter { classes.index(of: $0.label) != nil }
    var counts = [Int](repeating: head.minimumPoints, count: boxes.count)
    if head.minimumPoints > 0, !boxes.isEmpty {
      let points = lidarPoints(cloud.cloud, usesIntensity: false)
      counts = try PointsInBoxes(boxes, threads: 1).indices(points).map(\.count)
    }
    let objects = boxes.enumerated().map { place, box in
      CentreTargets.Object(
        box: box, label: classes.index(of: box.label) ?? 0,
        isLearned: counts[place] >= head.minimumPoints)
    }
    let targets = CentreTargets(objects, classes: classes.names.count, code: code, head)
    tensors["heat"] = targets.heat
    tensors["cells"] = targets.cells
    tensors["codes"] = targets.codes
    tensors["boxes"] = targets.boxes
    tensors["corners"] = targets.corners
    return CloudSample(tensors: tensors, source: cloud)
  }

  /// Joins tensors of one name; coordinates and cells get the number of their cloud.
  ///
  /// - Parameter samples: At least one.
  /// - Returns: Their batch.
  public func batch(of samples: [CloudSample]) -> CloudBatch {
    var joined: [String: Tensor] = [:]
    for name in samples.first?.tensors.keys.sorted() ?? [] {
      let parts = samples.enumerated().compactMap { number, sample -> Tensor? in
        guard let tensor = sample.tensors[name] else { return nil }
        switch name {
        case "heat": return tensor.unsqueezed(0)
        case "cells": return shifted(tensor, by: number * code.grid.count)
        case "coordinates": return numbered(tensor, number)
        default: return tensor
        }
      }
      joined[name] = .concatenated(parts, axis: 0)
    }
    return CloudBatch(tensors: joined, sources: samples.map(\.source))
  }

  /// The parts of the loss, as ``CentreLoss`` names them.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batch: Inputs and targets.
  /// - Returns: The parts.
  /// - Throws: ``ModelError/input(_:)`` where there are too few points to learn from.
  public func losses(_ network: Network, _ batch: CloudBatch) throws -> [CloudLoss] {
    let names = batch.sources.map(\.name).joined(separator: ", ")
    guard !isRecordingGradients || canTrain(on: batch.tensors),
      let maps = try maps(network, batch.tensors, count: batch.count)
    else { throw ModelError.input("\(names): too few points lie in the range to learn from") }
    let targets = CentreLoss.Targets(
      heat: batch["heat"], cells: batch["cells"], codes: batch["codes"], boxes: batch["boxes"],
      corners: batch["corners"])
    return try CentreLoss(code, head)(maps, targets)
  }

  /// The boxes that the network finds, beside those of the task's classes over the map.
  ///
  /// - Parameters:
  ///   - network: The network, in evaluation mode.
  ///   - batch: Inputs.
  /// - Returns: One result for each cloud.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func results(_ network: Network, _ batch: CloudBatch) throws -> [CloudResult] {
    let maps = try maps(network, batch.tensors, count: batch.count)
    let found = try maps.map { try decoder.boxes($0) } ?? batch.sources.map { _ in [] }
    return zip(found, batch.sources).map { boxes, source in
      .boxes(
        boxes,
        truth: source.boxes.filter {
          classes.index(of: $0.label) != nil && code.grid.contains($0.center)
        })
    }
  }

  /// Boxes of maps.
  public var decoder: CentreDecoder { CentreDecoder(code, names: classes.names, head) }

  private func shifted(_ cells: Tensor, by offset: Int) -> Tensor {
    Tensor(cells.array(of: Int64.self).map { $0 + Int64(offset) })
  }

  private func numbered(_ coordinates: Tensor, _ number: Int) -> Tensor {
    let width = coordinates.shape[1]
    return Tensor(shape: coordinates.shape, of: Int32.self) { target in
      coordinates.withUnsafeElements(of: Int32.self) { _ = target.update(fromContentsOf: $0) }
      for row in 0..<coordinates.shape[0] { target[row * width] = Int32(number) }
    }
  }
}

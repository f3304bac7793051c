import Foundation
public import Geometry
public import Networks
import PointClouds
public import Tensors

/// SECOND's and PointPillars' head: for each anchor the chances of classes, a box, and which way it looks.
///
/// Names are OpenPCDet's (`AnchorHeadSingle`): `conv_cls`, `conv_box`, `conv_dir_cls`.
public final class AnchorHead: Module {
  let convCls: Conv2D
  let convBox: Conv2D
  let convDirCls: Conv2D

  /// A head without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the features.
  ///   - classes: Number of classes; each has two anchors a cell.
  public init(inputs: Int, classes: Int) {
    let anchors = 2 * classes
    convCls = Conv2D(
      inputs, anchors * classes, kernel: 1, biasInitializer: .constant(-log(99)))
    convBox = Conv2D(
      inputs, anchors * 7, kernel: 1, initializer: .normal(standardDeviation: 0.001))
    convDirCls = Conv2D(inputs, anchors * 2, kernel: 1)
  }

  /// What the network says about every anchor.
  ///
  /// - Parameter x: Features, `[B, C, H, W]`.
  /// - Returns: Maps of the same size.
  public func callAsFunction(_ x: Tensor) -> AnchorMaps {
    let found = watched([x]) { [convCls(x), convBox(x), convDirCls(x)] }
    return AnchorMaps(classes: found[0], boxes: found[1], directions: found[2])
  }
}

/// What a network says about every anchor of a map.
public struct AnchorMaps: Sendable {
  /// Chances of classes before the sigmoid, anchor by anchor; `[B, A K, H, W]`.
  public var classes: Tensor
  /// Numbers of boxes (``AnchorCode``), anchor by anchor; `[B, 7 A, H, W]`.
  public var boxes: Tensor
  /// For each half of the circle how much the heading lies in it, anchor by anchor; `[B, 2 A, H, W]`.
  public var directions: Tensor

  /// Maps.
  ///
  /// - Parameters:
  ///   - classes: Chances of classes before the sigmoid, `[B, A K, H, W]`.
  ///   - boxes: Numbers of boxes, `[B, 7 A, H, W]`.
  ///   - directions: Halves of the circle, `[B, 2 A, H, W]`.
  public init(classes: Tensor, boxes: Tensor, directions: Tensor) {
    self.classes = classes
    self.boxes = boxes
    self.directions = directions
  }

  /// The boxes of each cloud, by falling score.
  ///
  /// - Parameters:
  ///   - anchors: The anchors.
  ///   - scoreThreshold: Least chance of a box' best class.
  ///   - suppression: Overlap seen from above beyond which the worse of two boxes is dropped, whatever their classes.
  ///   - candidates: How many of the best boxes are looked at.
  ///   - limit: Most boxes of a cloud.
  /// - Returns: Boxes of each cloud.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func decoded(
    _ anchors: AnchorGrid, scoreThreshold: Double = 0.1, suppression: Double = 0.01,
    candidates: Int = 4096, limit: Int = 500
  ) throws -> [[Box3D]] {
    let rule = BoxSuppression(
      .groundIoU, threshold: suppression, candidateLimit: candidates, keptLimit: limit)
    return try (0..<classes.shape[0]).map { batch in
      let boxes = boxes(of: batch, anchors, scoreThreshold)
      let kept = try rule.kept(Tensor(boxes: boxes), scores: Tensor(boxes.map(\.score)))
      return kept.array(of: Int32.self).map { boxes[Int($0)] }
    }
  }

  private func boxes(of batch: Int, _ anchors: AnchorGrid, _ threshold: Double) -> [Box3D] {
    let (size, columns) = (anchors.grid.count, anchors.grid.columns)
    let (count, kinds) = (anchors.count, anchors.kinds.count)
    func part(_ tensor: Tensor) -> [Float] {
      tensor.detached().selected(axis: 0, at: batch).contiguous().array(of: Float.self)
    }
    let (scores, numbers, turns) = (part(classes), part(boxes), part(directions))
    var found: [Box3D] = []
    for cell in 0..<size {
      for anchor in 0..<count {
        var (best, label) = (-Float.infinity, 0)
        for kind in 0..<kinds {
          let score = scores[(anchor * kinds + kind) * size + cell]
          if score > best { (best, label) = (score, kind) }
        }
        let score = 1 / (1 + exp(-Double(best)))
        guard score >= threshold else { continue }
        let isTurned = turns[(2 * anchor + 1) * size + cell] > turns[2 * anchor * size + cell]
        var box = AnchorCode.box(
          anchors.anchor(row: cell / columns, column: cell % columns, number: anchor),
          isTurned: isTurned
        ) { Double(numbers[(7 * anchor + $0) * size + cell]) }
        (box.label, box.score) = (anchors.kinds[label].label, score)
        found.append(box)
      }
    }
    return found
  }
}

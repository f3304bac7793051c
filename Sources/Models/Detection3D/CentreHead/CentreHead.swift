public import Networks
public import Tensors

/// CenterPoint's head: where the centres of boxes are, and at each cell the box whose centre it would be.
///
/// Names are OpenPCDet's (`CenterHead` with one group of classes): `shared_conv.0.weight`,
/// `heads_list.0.center.0.0.weight`, and likewise `center_z`, `dim`, `rot`, `iou` and `hm`.
///
/// - Note: Source: Yin, Zhou and Krähenbühl, "Center-based 3D object detection and tracking", CVPR
///   2021. Differs, each by a setting: the doubled angle beside the heading, the predicted overlap,
///   several cells that learn a box.
public final class CentreHead: Module {
  let sharedConv: Sequential
  let headsList: [SeparateHead]

  /// A head without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of the features.
  ///   - classes: Number of classes.
  ///   - settings: Its sizes.
  public init(inputs: Int, classes: Int, _ settings: CentreHeadSettings) {
    sharedConv = convNorm(inputs, settings.width)
    var outputs = [("center", 2), ("center_z", 1), ("dim", 3)]
    outputs.append(("rot", settings.doubledAngle ? 4 : 2))
    if settings.predictsOverlap { outputs.append(("iou", 1)) }
    headsList = [
      SeparateHead(
        inputs: settings.width, depth: settings.depth, outputs: outputs + [("hm", classes)])
    ]
  }

  /// What the network says about every cell.
  ///
  /// - Parameter x: Features, `[B, C, H, W]`.
  /// - Returns: Maps of the same size.
  public func callAsFunction(_ x: Tensor) -> CentreMaps {
    let found = watched([x]) {
      let shared = sharedConv(x)
      let parts = headsList[0](shared)
      return [parts[parts.count - 1], .concatenated(Array(parts.dropLast()), axis: 1)]
    }
    return CentreMaps(heat: found[0], codes: found[1])
  }
}

/// What a network says about every cell of a map.
public struct CentreMaps: Sendable {
  /// For each class how much a cell holds a centre, before the sigmoid; `[B, K, H, W]`.
  public var heat: Tensor
  /// The box of each cell as ``CentreCode`` has it, and behind it the predicted overlap, if there is one; `[B, D, H, W]`.
  public var codes: Tensor

  /// Maps.
  ///
  /// - Parameters:
  ///   - heat: For each class how much a cell holds a centre, before the sigmoid; `[B, K, H, W]`.
  ///   - codes: The box of each cell, `[B, D, H, W]`.
  public init(heat: Tensor, codes: Tensor) {
    self.heat = heat
    self.codes = codes
  }
}

/// Small stacks of convolutions beside each other, each with an output of its own.
final class SeparateHead: Module {
  let outputs: [(name: String, layers: Sequential)]

  init(inputs: Int, depth: Int, outputs: [(String, Int)]) {
    self.outputs = outputs.map { name, count in
      let isHeat = name == "hm"
      var layers: [any Layer] = (1..<depth).map { _ in convNorm(inputs, inputs) }
      layers.append(
        Conv2D(
          inputs, count, kernel: 3, padding: 1, initializer: isHeat ? nil : .heNormal(),
          // A tenth of a chance that a cell is a centre: few are.
          biasInitializer: isHeat ? .constant(-2.19) : .zeros))
      return (name, Sequential(layers))
    }
  }

  var members: [(name: String, part: ModulePart)] { outputs.map { ($0.name, .module($0.layers)) } }

  func callAsFunction(_ x: Tensor) -> [Tensor] {
    watched([x]) { outputs.map { $0.layers(x) } }
  }
}

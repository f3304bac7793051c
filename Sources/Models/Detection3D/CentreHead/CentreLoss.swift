import Networks
import PointClouds
public import Tensors

/// The loss of a ``CentreHead``.
public struct CentreLoss: Sendable {
  /// How cells describe boxes.
  public let code: CentreCode
  private let settings: CentreHeadSettings

  /// A loss.
  ///
  /// - Parameters:
  ///   - code: How cells describe boxes.
  ///   - settings: Which parts there are, and their weights.
  public init(_ code: CentreCode, _ settings: CentreHeadSettings) {
    self.code = code
    self.settings = settings
  }

  /// The targets of a batch.
  public struct Targets: Sendable {
    /// `[B, K, H, W]`.
    public var heat: Tensor
    /// Cells of all clouds, batch times cells of a map plus cell; `[P]`, Int64.
    public var cells: Tensor
    /// `[P, D]`.
    public var codes: Tensor
    /// `[P, 7]`.
    public var boxes: Tensor
    /// `[P, 2]`.
    public var corners: Tensor

    /// Targets of several clouds together.
    ///
    /// - Parameter targets: Those of each, of one grid.
    public init(_ targets: [CentreTargets]) {
      let size = targets.first.map { $0.heat.shape[1] * $0.heat.shape[2] } ?? 0
      heat = .stacked(targets.map(\.heat))
      var numbers: [Int64] = []
      for (batch, target) in targets.enumerated() {
        numbers += target.cells.array(of: Int64.self).map { $0 + Int64(batch * size) }
      }
      cells = Tensor(numbers)
      codes = .concatenated(targets.map(\.codes))
      boxes = .concatenated(targets.map(\.boxes))
      corners = .concatenated(targets.map(\.corners))
    }

    init(heat: Tensor, cells: Tensor, codes: Tensor, boxes: Tensor, corners: Tensor) {
      (self.heat, self.cells, self.codes) = (heat, cells, codes)
      (self.boxes, self.corners) = (boxes, corners)
    }
  }

  /// The parts of the loss.
  ///
  /// - Parameters:
  ///   - maps: What the network says.
  ///   - targets: What it should say.
  /// - Returns: `heat`, and at cells that learn a box: mean differences of `offset`, `height`, `size` and
  ///   `yaw`; `overlap`, 1 less the generalised overlap; `score`, the error of the predicted overlap.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func callAsFunction(_ maps: CentreMaps, _ targets: Targets) throws -> [CloudLoss] {
    var parts = [CloudLoss("heat", focal(maps.heat, targets.heat), weight: settings.heatWeight)]
    let width = maps.codes.shape[1]
    let all = maps.codes.permuted(0, 2, 3, 1).reshaped(-1, width)
    let hasCells = targets.cells.count > 0
    // Without boxes the parts stay, at 0.
    let found = all.selected(axis: 0, at: hasCells ? targets.cells : Tensor([Int64(0)]))  // [P, D]
    let wanted = hasCells ? targets.codes : found.detached().narrowed(axis: 1, to: 0..<code.count)
    let errors = (found.narrowed(axis: 1, to: 0..<code.count) - wanted).abs().mean(axis: 0)
    for (name, places) in [
      ("offset", 0..<2), ("height", 2..<3), ("size", 3..<6), ("yaw", 6..<code.count),
    ] {
      parts.append(
        CloudLoss(name, errors.narrowed(axis: 0, to: places).sum(), weight: settings.boxWeight))
    }
    guard settings.overlapWeight > 0 || settings.predictsOverlap else { return parts }
    let boxes = hasCells ? boxes(found, targets.corners) : nil
    if settings.overlapWeight > 0 {
      let value = try boxes.map {
        1 - (try BoxOverlap.generalizedIoU.pairs($0, targets.boxes)).mean()
      }
      parts.append(CloudLoss("overlap", value ?? .zeros([]), weight: settings.overlapWeight))
    }
    if settings.predictsOverlap {
      let value = try boxes.map {
        let truth = try BoxOverlap.iou.pairs($0.detached(), targets.boxes)
        return (found.selected(axis: 1, at: code.count) - (truth * 2 - 1)).abs().mean()
      }
      parts.append(CloudLoss("score", value ?? .zeros([]), weight: settings.scoreWeight))
    }
    return parts
  }

  /// CornerNet's variant of the focal loss: near a centre a cell is held down less.
  private func focal(_ heat: Tensor, _ target: Tensor) -> Tensor {
    let chance = heat.sigmoid().clamped(min: 1e-4, max: 1 - 1e-4)
    let isPeak = (target .>= 1).converted(to: .float32)
    let risen = (1 - chance).square() * chance.log() * isPeak
    let fallen = (1 - target).square().square() * chance.square() * (1 - chance).log()
    return -(risen + fallen).sum() / isPeak.sum().clamped(min: 1)
  }

  /// Boxes with gradients; half turns do not matter.
  private func boxes(_ codes: Tensor, _ corners: Tensor) -> Tensor {
    func part(_ places: Range<Int>) -> Tensor { codes.narrowed(axis: 1, to: places) }
    let cell = Tensor([Float(code.grid.cell.x), Float(code.grid.cell.y)])
    let yaw =
      code.isDoubled ? part(9..<10).atan2(part(8..<9)) * 0.5 : part(7..<8).atan2(part(6..<7))
    return .concatenated(
      [corners + part(0..<2) * cell, part(2..<3), part(3..<6).clamped(min: -5, max: 5).exp(), yaw],
      axis: 1)
  }
}

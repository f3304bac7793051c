public import Configuration
import Foundation
public import Tensors

/// What the network should have said.
public struct FrustumTargets {
  /// Whether each point is the object's, `[B, N]`, Int32: 0 or 1.
  public var mask: Tensor
  /// The box's centre, `[B, 3]`; metres.
  public var center: Tensor
  /// The bin of its heading, `[B]`, Int32.
  public var headingBin: Tensor
  /// The rest of its heading, `[B]`; radians.
  public var headingResidual: Tensor
  /// The template of its size, `[B]`, Int32.
  public var sizeTemplate: Tensor
  /// The rest of its size, `[B, 3]`; metres.
  public var sizeResidual: Tensor

  /// Targets.
  public init(
    mask: Tensor, center: Tensor, headingBin: Tensor, headingResidual: Tensor,
    sizeTemplate: Tensor, sizeResidual: Tensor
  ) {
    self.mask = mask
    self.center = center
    self.headingBin = headingBin
    self.headingResidual = headingResidual
    self.sizeTemplate = sizeTemplate
    self.sizeResidual = sizeResidual
  }
}

/// Defects of the original code, each off unless it is asked for.
public struct FrustumCompatibility: ParameterSet, ParameterValue {
  /// Issues 43, 49 and 112 of the original.
  @Setting("Add the size residual twice in the corners of the corner loss")
  public var doubleSizeResidual = false
  /// Issue 60 of the original.
  @Setting("Compare each corner by itself with the box or the reversed box, whichever is nearer")
  public var cornersApart = false
  /// Issue 104 of the original.
  @Setting("Move training samples away by 0.8 of a distance that is measured across the view")
  public var constantDepthShift = false

  /// None.
  public init() {}
}

/// The loss of the paper, equations 1 and 2.
public struct FrustumLoss: Sendable {
  /// How boxes are described.
  public let coder: FrustumBoxCoder
  /// Defects that are wanted.
  public let compatibility: FrustumCompatibility

  /// A loss.
  ///
  /// - Parameters:
  ///   - coder: How boxes are described.
  ///   - compatibility: Defects of the original that are wanted.
  public init(coder: FrustumBoxCoder, compatibility: FrustumCompatibility = .init()) {
    self.coder = coder
    self.compatibility = compatibility
  }

  /// The parts of the loss with the original's weights.
  ///
  /// - Parameters:
  ///   - outputs: What the network says.
  ///   - targets: What it should have said.
  /// - Returns: Eight parts.
  public func parts(_ outputs: FrustumOutputs, _ targets: FrustumTargets) -> [CloudLoss] {
    let bin = targets.headingBin.converted(to: .int64)
    let template = targets.sizeTemplate.converted(to: .int64)
    let place = template.reshaped(-1, 1, 1).expanded(to: [template.count, 1, 3])
    // Of each row the residual of the right bin, and of the right template.
    let turn = outputs.headingResiduals.gathered(axis: 1, at: bin.unsqueezed(1)).squeezed(1)
    let growth = outputs.sizeResiduals.gathered(axis: 1, at: place).squeezed(1)  // [B, 3]
    let size = templateSizes(like: growth).selected(axis: 0, at: template)  // [B, 3]
    let halfBin = coder.binWidth / 2

    let center = (targets.center - outputs.center).norm(axis: 1)
    let firstCenter = (targets.center - outputs.firstCenter).norm(axis: 1)
    let sizeError = (targets.sizeResidual / size - growth).norm(axis: 1)

    let headings = bin.converted(to: growth.elementType) * coder.binWidth
    let truth = corners(
      targets.center, headings + targets.headingResidual, size + targets.sizeResidual)
    let reversed = corners(
      targets.center, headings + targets.headingResidual + Double.pi, size + targets.sizeResidual)
    let factor = compatibility.doubleSizeResidual ? 2.0 : 1.0
    let found = corners(
      outputs.center, headings + turn * halfBin, size + size * growth * factor)
    return [
      CloudLoss("mask", outputs.maskLogits.crossEntropy(targets.mask)),
      CloudLoss("center", huber(center, delta: 2)),
      CloudLoss("first_center", huber(firstCenter, delta: 1)),
      CloudLoss("heading_class", outputs.headingScores.crossEntropy(bin)),
      CloudLoss(
        "heading_residual", huber(turn - targets.headingResidual / halfBin, delta: 1), weight: 20),
      CloudLoss("size_class", outputs.sizeScores.crossEntropy(template)),
      CloudLoss("size_residual", huber(sizeError, delta: 1), weight: 20),
      CloudLoss(
        "corner", huber(cornerDistances(found, truth, reversed), delta: 1), weight: 10),
    ]
  }

  /// The corners of boxes.
  ///
  /// - Parameters:
  ///   - centers: `[B, 3]`.
  ///   - headings: `[B]`; radians.
  ///   - sizes: Length, width, height, `[B, 3]`.
  /// - Returns: `[B, 8, 3]`, in the order of ``FrustumBox/corners``.
  public func corners(_ centers: Tensor, _ headings: Tensor, _ sizes: Tensor) -> Tensor {
    func signs(_ axis: Int) -> Tensor {
      Tensor(FrustumBox.cornerSigns.map { Float($0[axis] / 2) }, shape: [1, 8])
        .converted(to: sizes.elementType)
    }
    let parts = sizes.split([1, 1, 1], axis: 1)
    let x = parts[0] * signs(0)  // [B, 8]
    let y = parts[2] * signs(1)
    let z = parts[1] * signs(2)
    let (c, s) = (headings.cos().unsqueezed(1), headings.sin().unsqueezed(1))
    return Tensor.stacked([c * x + s * z, y, c * z - s * x], axis: 2) + centers.unsqueezed(1)
  }

  /// How far corners lie from those of the box or of the reversed box, `[B, 8]`.
  private func cornerDistances(_ found: Tensor, _ truth: Tensor, _ reversed: Tensor) -> Tensor {
    let straight = (found - truth).norm(axis: 2)
    let turned = (found - reversed).norm(axis: 2)
    if compatibility.cornersApart { return straight.minimum(turned) }
    let isTurned = turned.sum(axis: 1, keepDims: true) .< straight.sum(axis: 1, keepDims: true)
    return Tensor.where(isTurned, turned, straight)
  }

  private func huber(_ error: Tensor, delta: Double) -> Tensor {
    error.huberLoss(error.detached().zerosLike(), delta: delta)
  }

  private func templateSizes(like other: Tensor) -> Tensor {
    Tensor(coder.templates.flatMap { [$0.x, $0.y, $0.z] }, shape: [coder.templates.count, 3])
      .converted(to: other.elementType)
  }
}

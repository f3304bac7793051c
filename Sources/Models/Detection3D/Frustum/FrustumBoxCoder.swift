import Foundation
public import Geometry

/// Boxes as classes with residuals: a heading is a bin and a rest, a size is a template and a rest.
public struct FrustumBoxCoder: Sendable, Equatable {
  /// Number of bins over the full circle; the first one is centred at 0.
  public let headingBins: Int
  /// Length, width and height of the templates; metres.
  public let templates: [Vector3]

  /// A coder.
  ///
  /// - Parameters:
  ///   - headingBins: Number of bins, at least 1.
  ///   - templates: Length, width and height of at least one template, all above 0; metres.
  public init(headingBins: Int = 12, templates: [Vector3] = kittiTemplates.map(\.size)) {
    precondition(headingBins >= 1, "a circle cannot have \(headingBins) bins")
    precondition(
      !templates.isEmpty && templates.allSatisfy { $0.min() > 0 }, "templates \(templates)")
    self.headingBins = headingBins
    self.templates = templates
  }

  /// The mean sizes of KITTI's eight classes, in the order of the original's outputs.
  public static let kittiTemplates: [(label: String, size: Vector3)] = [
    ("Car", Vector3(3.88311640418, 1.62856739989, 1.52563191462)),
    ("Van", Vector3(5.06763659, 1.9007158, 2.20532825)),
    ("Truck", Vector3(10.13586957, 2.58549199, 3.2520595)),
    ("Pedestrian", Vector3(0.84422524, 0.66068622, 1.76255119)),
    ("Person_sitting", Vector3(0.80057803, 0.5983815, 1.27450867)),
    ("Cyclist", Vector3(1.76282397, 0.59706367, 1.73698127)),
    ("Tram", Vector3(16.17150617, 2.53246914, 3.53079012)),
    ("Misc", Vector3(3.64300781, 1.54298177, 1.92320313)),
  ]

  /// Numbers that describe one box: a centre, and a score and residuals for each bin and template.
  public var outputCount: Int { 3 + 2 * headingBins + 4 * templates.count }

  /// Width of a bin; radians.
  public var binWidth: Double { 2 * .pi / Double(headingBins) }

  /// The bin of a heading.
  ///
  /// - Parameter heading: Radians, finite.
  /// - Returns: The bin, and the heading less the bin's centre, at most half a bin.
  public func encode(heading: Double) -> (bin: Int, residual: Double) {
    let rest = heading.remainder(dividingBy: 2 * .pi)
    let turn = rest < 0 ? rest + 2 * .pi : rest
    let bin = Int(((turn + binWidth / 2) / binWidth).rounded(.down))
    return (bin % headingBins, turn - Double(bin) * binWidth)
  }

  /// The heading of a bin; above pi a full turn is taken off.
  ///
  /// - Parameters:
  ///   - bin: The bin.
  ///   - residual: What is added to its centre; radians.
  /// - Returns: Radians.
  public func heading(bin: Int, residual: Double) -> Double {
    let heading = Double(bin) * binWidth + residual
    return heading > .pi ? heading - 2 * .pi : heading
  }

  /// The box that a network's numbers describe: the bin and the template with the best score, each with its residual.
  ///
  /// - Parameters:
  ///   - center: The centre.
  ///   - headingScores: One score for each bin.
  ///   - headingResiduals: One residual for each bin; radians.
  ///   - sizeScores: One score for each template.
  ///   - sizeResiduals: One residual for each template; metres.
  /// - Returns: The box.
  public func box(
    center: Vector3, headingScores: [Double], headingResiduals: [Double], sizeScores: [Double],
    sizeResiduals: [Vector3]
  ) -> FrustumBox {
    let bin = Self.best(headingScores)
    let template = Self.best(sizeScores)
    return FrustumBox(
      center: center, size: templates[template] + sizeResiduals[template],
      heading: heading(bin: bin, residual: headingResiduals[bin]))
  }

  /// The first of the largest values.
  private static func best(_ scores: [Double]) -> Int {
    scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
  }
}

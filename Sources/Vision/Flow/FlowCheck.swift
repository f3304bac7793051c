import Tensors

/// Whether optical flow explains how one picture becomes the next, and if not, which usual mistake would.
///
/// The later picture is fetched along the vectors and compared with the earlier one where things move. That residual is set
/// against the difference of the two pictures as they are, and against the residuals of the field read in other ways: negated,
/// components swapped, pictures swapped, and so on. Flow in the wrong form trains a network without any message, so it is
/// refused here.
public struct FlowCheck: Sendable, Equatable {
  /// What was found.
  public enum Verdict: Sendable, Equatable {
    /// The flow explains the motion.
    case fits
    /// Too little moves to tell.
    case still
    /// Neither the flow nor another reading of it explains much: noise, a cut between scenes, changing light.
    case undecided
    /// Another reading explains the pictures clearly better.
    case misread(FlowReading)
    /// Warping makes the pictures less alike, whatever way the flow is read: it belongs to others.
    case foreign
  }

  /// What was found.
  public let verdict: Verdict
  /// Mean difference of the pictures where things move, grey levels.
  public let difference: Double
  /// What warping leaves of it, 1 = all, by reading; readings that leave the picture are missing.
  public let residuals: [FlowReading: Double]
  /// Share of pixels that move by at least half a pixel.
  public let movingShare: Double

  /// Another reading must leave less than this share of what the flow as given leaves.
  static let clearlyBetter = 0.8
  /// Pixels that move less say nothing.
  static let leastMotion: Float = 0.5

  /// What warping leaves of the difference, 1 = all; nil when too little moves.
  public var residual: Double? { residuals[.asGiven] }

  /// Checks a field.
  ///
  /// Vectors at the bound of a clipped field are left out, and a subtracted mean is added again.
  ///
  /// - Parameters:
  ///   - flow: The field.
  ///   - earlier: The previous picture.
  ///   - later: This picture, of the same size.
  /// - Throws: ``VisionError/unsuitableInput(operation:expected:actual:)`` when the sizes differ.
  public init(_ flow: FlowField, earlier: Image, later: Image) throws {
    let size = [flow.height, flow.width]
    guard [earlier.height, earlier.width] == size, [later.height, later.width] == size else {
      throw VisionError.unsuitableInput(
        operation: "checking optical flow", expected: "flow and pictures of one size",
        actual: "flow \(flow.width) x \(flow.height), pictures \(earlier.width) x "
          + "\(earlier.height) and \(later.width) x \(later.height)")
    }
    let isForward = flow.convention.direction == .previousToThis
    let first = try (isForward ? earlier : later).grey().pixels
    let second = try (isForward ? later : earlier).grey().pixels
    let measure = FlowResidual(width: flow.width, height: flow.height, flow.convention)
    var found: [FlowReading: FlowResidual.Sums] = [:]
    for reading in FlowReading.allCases {
      found[reading] = measure.sums(flow.vectors, reading, first, second)
    }
    self.init(found)
  }

  init(_ sums: [FlowReading: FlowResidual.Sums]) {
    let given = sums[.asGiven] ?? FlowResidual.Sums()
    residuals = sums.compactMapValues(\.ratio)
    difference = given.moving > 0 ? given.plain / Double(max(1, given.used)) : 0
    movingShare = Double(given.moving) / Double(max(1, given.seen))
    verdict = Self.verdict(residuals, movingShare: movingShare)
  }

  static func verdict(_ residuals: [FlowReading: Double], movingShare: Double) -> Verdict {
    let others = FlowReading.allCases.filter { $0 != .asGiven }
      .compactMap { reading in residuals[reading].map { (reading, $0) } }
    // Of readings that do equally well, as where nothing moves up or down, the most usual mistake.
    let least = others.map(\.1).min() ?? .infinity
    let best = others.first { $0.1 <= least + 0.02 }
    guard let given = residuals[.asGiven] else {
      if let best, best.1 < 0.7 { return .misread(best.0) }
      return .still
    }
    guard movingShare >= 0.005 else { return .still }
    if let best, best.1 < clearlyBetter * given, best.1 < 0.9 { return .misread(best.0) }
    if given < 0.9 { return .fits }
    return given > 1.15 ? .foreign : .undecided
  }

  /// Refuses flow that does not fit.
  ///
  /// - Throws: ``VisionError/unfittingFlow(reason:)``, which says which mistake it is.
  public func requireFit() throws {
    switch verdict {
    case .fits, .still, .undecided: return
    case .foreign:
      throw VisionError.unfittingFlow(
        reason:
          "warped along it they differ by \(percent(.asGiven)) of what they differ by as they are; it "
          + "belongs to other pictures, another size or another unit")
    case .misread(let reading):
      throw VisionError.unfittingFlow(reason: "\(mistake(reading)): \(comparison(reading))")
    }
  }

  /// Even motion cannot tell pictures in the wrong order from the wrong sign.
  private func mistake(_ reading: FlowReading) -> String {
    let pair: [FlowReading] = [.picturesSwapped, .signChanged]
    let rivals = pair.compactMap { residuals[$0] }
    guard pair.contains(reading), rivals.count == 2, let low = rivals.min(),
      let high = rivals.max(),
      high - low < 0.03 + 0.15 * high
    else { return reading.mistake }
    return "\(reading.mistake) (or else "
      + (reading == .signChanged ? FlowReading.picturesSwapped : .signChanged).mistake
      + ": the motion is too even to tell)"
  }

  private func comparison(_ reading: FlowReading) -> String {
    "warping leaves \(percent(.asGiven)) of the difference, and \(percent(reading)) once that is undone"
  }

  private func percent(_ reading: FlowReading) -> String {
    residuals[reading].map { "\(Int((100 * $0).rounded())) %" } ?? "nothing comparable"
  }
}

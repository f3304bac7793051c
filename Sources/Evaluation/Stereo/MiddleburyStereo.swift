/// The measures of Middlebury v3 and of ETH3D's two-view benchmark.
///
/// Bad pixels at 0.5, 1, 2 and 4 (an error that equals the threshold is not bad), average error, root mean square and the error
/// quantiles A50, A90, A95, A99, over all pixels of known truth and over those that both cameras see. Thresholds are pixels of
/// the map given: Middlebury's are meant at full resolution, so a map of half the size takes half of them (`resolution` 0.5).
/// - Note: Source: Scharstein et al., "High-resolution stereo datasets with subpixel-accurate ground truth", GCPR 2014, and the
///   benchmark's MiddEval SDK; Schöps et al., "A multi-view stereo benchmark", CVPR 2017. Differs: holes are never guessed away;
///   errors of returned pixels and holes are separate numbers.
public struct MiddleburyStereo: Sendable, Equatable {
  /// Over all pixels of known truth.
  public var all: StereoScore
  /// Over those that both cameras see; nil without a mask.
  public var nonOccluded: StereoScore?

  /// Errors above which a pixel is bad, pixels at full resolution.
  public static let thresholds = [0.5, 1, 2, 4]

  /// Measures an estimate.
  ///
  /// - Parameters:
  ///   - estimate: The disparities found.
  ///   - truth: The true ones.
  ///   - mask: Middlebury's mask0nocc: 255 where both cameras see the point, 128 where one does; nil: unknown.
  ///   - resolution: Size of the map as a share of full resolution: 1, 0.5 or 0.25.
  ///   - largest: Estimates are cut to it: Middlebury's `ndisp`; nil: they stay.
  ///   - skippedColumns: Columns at the left that do not count.
  /// - Throws: ``StereoEvaluationError``.
  public init(
    estimate: DisparityMap, truth: DisparityMap, mask: [UInt8]? = nil, resolution: Double = 1,
    largest: Float? = nil, skippedColumns: Int = 0
  ) throws {
    let thresholds = Self.thresholds.map { $0 * resolution }
    let width = truth.width
    func score(_ counts: (Int) -> Bool) throws -> StereoScore {
      try StereoScore(
        estimate: estimate, truth: truth, thresholds: thresholds, largest: largest,
        counts: { $0 % width >= skippedColumns && counts($0) })
    }
    all = try score { _ in true }
    if let mask {
      guard mask.count == truth.values.count else {
        throw StereoEvaluationError.sizes(
          what: "the mask", expected: "\(truth.values.count)", actual: "\(mask.count)")
      }
      nonOccluded = try score { mask[$0] == 255 }
    } else {
      nonOccluded = nil
    }
  }
}

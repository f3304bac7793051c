import Foundation
public import Geometry
import PointClouds
import Tensors

/// Boxes of what a ``CentreHead`` says.
public struct CentreDecoder: Sendable {
  /// How cells describe boxes.
  public let code: CentreCode
  /// Names of the classes.
  public let names: [String]
  private let settings: CentreHeadSettings

  /// A decoder.
  ///
  /// - Parameters:
  ///   - code: How cells describe boxes.
  ///   - names: Names of the classes.
  ///   - settings: Thresholds and limits.
  public init(_ code: CentreCode, names: [String], _ settings: CentreHeadSettings) {
    self.code = code
    self.names = names
    self.settings = settings
  }

  /// The boxes of each cloud, by falling score.
  ///
  /// A peak is a cell that is hotter than its eight neighbours. Of the hottest peaks those boxes are kept that
  /// do not overlap a better one, whatever their classes.
  ///
  /// - Parameter maps: What the network says, on the CPU.
  /// - Returns: Boxes of each cloud.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func boxes(_ maps: CentreMaps) throws -> [[Box3D]] {
    let peaks = peaks(maps.heat.detached())
    let (width, size) = (maps.codes.shape[1], code.grid.count)
    var found: [[Box3D]] = []
    maps.codes.detached().withUnsafeElements(of: Float.self) { codes in
      for (batch, peaks) in peaks.enumerated() {
        let first = batch * width * size
        found.append(
          peaks.map { (peak: Peak) -> Box3D in
            box(peak) { Double(codes[first + $0 * size + peak.cell]) }
          })
      }
    }
    return try found.map(suppressed)
  }

  private struct Peak {
    var heat: Float
    var label: Int
    var cell: Int
  }

  private func box(_ peak: Peak, _ number: (Int) -> Double) -> Box3D {
    let (row, column) = peak.cell.quotientAndRemainder(dividingBy: code.grid.columns)
    var box = code.box(row: row, column: column, number)
    box.label = names[peak.label]
    box.score = 1 / (1 + exp(-Double(peak.heat)))
    if settings.predictsOverlap {
      let overlap = min(max((number(code.count) + 1) / 2, 0), 1)
      box.score = pow(box.score, 1 - settings.overlapPower) * pow(overlap, settings.overlapPower)
    }
    return box
  }

  /// The peaks of each cloud, hottest first.
  private func peaks(_ heat: Tensor) -> [[Peak]] {
    let size = heat.shape[1] * code.grid.count
    return heat.withUnsafeElements(of: Float.self) { (all) -> [[Peak]] in
      (0..<heat.shape[0]).map { (batch: Int) -> [Peak] in
        peaks(UnsafeBufferPointer(rebasing: all[batch * size..<(batch + 1) * size]))
      }
    }
  }

  /// Cells hotter than their neighbours, hottest first.
  private func peaks(_ heat: UnsafeBufferPointer<Float>) -> [Peak] {
    let (rows, columns) = (code.grid.rows, code.grid.columns)
    let threshold = settings.scoreThreshold
    let least = Float(threshold > 0 ? log(threshold / (1 - min(threshold, 1 - 1e-12))) : -.infinity)
    var peaks: [Peak] = []
    for label in names.indices {
      for row in 0..<rows {
        for column in 0..<columns {
          let cell = row * columns + column
          let value = heat[label * rows * columns + cell]
          guard value >= least else { continue }
          var isPeak = true
          for y in max(0, row - 1)...min(rows - 1, row + 1) {
            for x in max(0, column - 1)...min(columns - 1, column + 1) {
              let other = heat[(label * rows + y) * columns + x]
              // Of equal neighbours the first is the peak.
              if other > value || (other == value && y * columns + x < cell) { isPeak = false }
            }
          }
          if isPeak { peaks.append(Peak(heat: value, label: label, cell: cell)) }
        }
      }
    }
    peaks.sort { ($1.heat, $0.label, $0.cell) < ($0.heat, $1.label, $1.cell) }
    return Array(peaks.prefix(settings.maxPeaks))
  }

  private func suppressed(_ boxes: [Box3D]) throws -> [Box3D] {
    let rule = BoxSuppression(
      .groundIoU, threshold: settings.suppression, keptLimit: settings.maxBoxes)
    let kept = try rule.kept(Tensor(boxes: boxes), scores: Tensor(boxes.map(\.score)))
    return kept.array(of: Int32.self).map { boxes[Int($0)] }
  }
}

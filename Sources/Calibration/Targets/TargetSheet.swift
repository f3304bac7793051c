import Foundation

/// Why a target cannot be printed.
public struct TargetSheetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public var reason: String
  /// What would help.
  public var remedy: String

  /// `reason; remedy`.
  public var description: String { "\(reason); \(remedy)" }
}

/// Sizes of paper.
public enum PaperSize: String, Sendable, CaseIterable {
  /// 210 x 297 mm.
  case a4
  /// 297 x 420 mm.
  case a3
  /// 8.5 x 11 inches.
  case letter
  /// As large as the target needs, for plotters and print shops.
  case fit

  /// Shorter and longer side, millimetres; nil for one that fits.
  var sides: (short: Double, long: Double)? {
    switch self {
    case .a4: (210, 297)
    case .a3: (297, 420)
    case .letter: (215.9, 279.4)
    case .fit: nil
    }
  }
}

/// A target on paper at true size, with its description and a ruler of 100 mm to check the print.
public struct TargetSheet: Sendable {
  /// The target.
  public let target: CalibrationTarget
  /// Width of the sheet, millimetres.
  public let width: Double
  /// Height of the sheet, millimetres.
  public let height: Double
  /// Where the target's point 0 lies on the sheet, millimetres from its upper left.
  public let origin: (x: Double, y: Double)

  let rectangles: [(rectangles: [TargetPattern.Rectangle], isBlack: Bool)]
  let discs: [(x: Double, y: Double, radius: Double)]
  let labels: [(text: String, x: Double, y: Double)]
  /// Left end and line of the ruler.
  let ruler: (x: Double, y: Double)

  static let textSize = 3.2
  private static let margin = 10.0
  /// Below the pattern: white, ruler, two lines of text.
  private static let foot = 24.0

  /// The sheet of a target.
  ///
  /// - Parameters:
  ///   - target: What to print.
  ///   - paper: Its paper, upright or lying, whichever fits.
  /// - Throws: ``TargetSheetError`` when it does not fit or its dictionary is too small; `VisionError`.
  public init(_ target: CalibrationTarget, paper: PaperSize = .fit) throws {
    let pattern = try TargetPattern(target)
    let (inkWidth, inkHeight) = (1000 * pattern.width, 1000 * pattern.height)
    guard inkWidth <= 5000, inkHeight <= 5000 else {
      throw TargetSheetError(
        reason: "the target is \(Self.short(inkWidth)) x \(Self.short(inkHeight)) mm",
        remedy: "at most 5000 mm can be printed; lengths are in metres")
    }
    (width, height) = try Self.page(inkWidth, inkHeight, paper)
    self.target = target
    let left = (width - inkWidth) / 2
    let top = max(Self.margin, (height - Self.foot - inkHeight) / 2)
    origin = (left + 1000 * pattern.origin.x, top + 1000 * pattern.origin.y)
    var rectangles: [(rectangles: [TargetPattern.Rectangle], isBlack: Bool)] = []
    var discs: [(x: Double, y: Double, radius: Double)] = []
    for shape in pattern.shapes {
      switch shape {
      case .rectangles(let list, let isBlack):
        rectangles.append(
          (
            list.map {
              .init(
                x: left + 1000 * $0.x, y: top + 1000 * $0.y, width: 1000 * $0.width,
                height: 1000 * $0.height)
            }, isBlack
          ))
      case .disc(let x, let y, let radius):
        discs.append((left + 1000 * x, top + 1000 * y, 1000 * radius))
      }
    }
    (self.rectangles, self.discs) = (rectangles, discs)
    ruler = (Self.margin, height - 11)
    labels = [
      ("100 mm: measure after printing at 100 %, without fitting to the page", 10, height - 13.5),
      ("parallax  --board \(target)", 10, height - 4.5),
    ]
  }

  private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func page(
    _ inkWidth: Double, _ inkHeight: Double, _ paper: PaperSize
  ) throws -> (Double, Double) {
    let (neededWidth, neededHeight) = (inkWidth + 2 * margin, inkHeight + margin + foot)
    guard let sides = paper.sides else {
      return (max(neededWidth, 100 + 2 * margin), neededHeight)
    }
    for (width, height) in [(sides.short, sides.long), (sides.long, sides.short)]
    where neededWidth <= width && neededHeight <= height {
      return (width, height)
    }
    let scale = max(
      min((sides.short - 2 * margin) / inkWidth, (sides.long - margin - foot) / inkHeight),
      min((sides.long - 2 * margin) / inkWidth, (sides.short - margin - foot) / inkHeight))
    throw TargetSheetError(
      reason: "the target is \(short(inkWidth)) x \(short(inkHeight)) mm and does not fit on "
        + paper.rawValue,
      remedy: "use other paper, paper that fits, or lengths smaller by "
        + String(format: "%.3f", floor(1000 * scale) / 1000))
  }
}

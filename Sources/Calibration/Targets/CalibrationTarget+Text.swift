import Foundation
import Vision

/// Why a text does not describe a target.
public struct TargetTextError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text.
  public var text: String
  /// What is wrong with it.
  public var reason: String
  /// What to write instead.
  public var remedy: String

  /// `'text': reason; remedy`.
  public var description: String { "board '\(text)': \(reason); \(remedy)" }
}

extension CalibrationTarget: CustomStringConvertible {
  /// The forms that ``init(text:)`` takes, for messages.
  public static let textForms = [
    "checkerboard:9x6:0.025", "circles:4x11:0.02", "charuco:7x5:0.04:0.03[:DICT_5X5_100]",
    "aprilgrid:6x6:0.088:0.3",
  ]

  /// The target that a text describes.
  ///
  /// The forms are `checkerboard:COLUMNSxROWS:SQUARE` (inner corners), `circles:COLUMNSxROWS:SPACING`,
  /// `charuco:COLUMNSxROWS:SQUARE:MARKER[:DICTIONARY]` (squares) and `aprilgrid:COLUMNSxROWS:TAG:GAP`; lengths in metres,
  /// GAP relative to TAG.
  ///
  /// - Parameter text: Such a description.
  /// - Throws: ``TargetTextError`` with the remedy.
  public init(text: String) throws {
    try self.init(TargetText(text))
  }

  private init(_ text: TargetText) throws {
    switch text.kind {
    case "checkerboard", "chessboard":
      let (columns, rows) = try text.size(atLeast: 3, form: Self.textForms[0])
      try text.expect(fields: 3...3, form: Self.textForms[0])
      self = .checkerboard(
        columns: columns, rows: rows, square: try text.length(2, "side of a square"))
    case "circles":
      let (columns, rows) = try text.size(atLeast: 2, form: Self.textForms[1])
      try text.expect(fields: 3...3, form: Self.textForms[1])
      self = .asymmetricCircles(
        columns: columns, rows: rows, spacing: try text.length(2, "spacing"))
    case "charuco":
      let (columns, rows) = try text.size(atLeast: 2, form: Self.textForms[2])
      try text.expect(fields: 4...5, form: Self.textForms[2])
      let square = try text.length(2, "side of a square")
      let marker = try text.length(3, "side of a marker")
      guard marker < square else {
        throw text.error(
          "the marker (\(marker) m) is not smaller than its square (\(square) m)",
          "write the square's side first, then the marker's")
      }
      self = .charuco(
        columns: columns, rows: rows, square: square, marker: marker,
        dictionary: try text.dictionary(4) ?? "DICT_5X5_100")
    case "aprilgrid":
      let (columns, rows) = try text.size(atLeast: 1, form: Self.textForms[3])
      try text.expect(fields: 4...4, form: Self.textForms[3])
      let (tag, gap) = (try text.length(2, "side of a tag"), try text.length(3, "gap"))
      guard gap < 1 else {
        throw text.error(
          "the gap \(gap) is not below 1",
          "write the distance of two tags divided by a tag's side, as 0.3")
      }
      self = .aprilGrid(columns: columns, rows: rows, tag: tag, gap: gap)
    default:
      throw text.error(
        "no kind of target is called '\(text.kind)'",
        "write one of \(Self.textForms.joined(separator: ", "))")
    }
  }

  /// The text form that ``init(text:)`` reads back to an equal target.
  public var description: String {
    switch self {
    case .checkerboard(let columns, let rows, let square):
      "checkerboard:\(columns)x\(rows):\(square)"
    case .asymmetricCircles(let columns, let rows, let spacing):
      "circles:\(columns)x\(rows):\(spacing)"
    case .charuco(let columns, let rows, let square, let marker, let dictionary):
      "charuco:\(columns)x\(rows):\(square):\(marker):\(dictionary)"
    case .aprilGrid(let columns, let rows, let tag, let gap):
      "aprilgrid:\(columns)x\(rows):\(tag):\(gap)"
    }
  }
}

/// The fields of a description.
private struct TargetText {
  let text: String
  let fields: [String]

  init(_ text: String) {
    self.text = text
    fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
  }

  var kind: String { fields[0].lowercased() }

  func error(_ reason: String, _ remedy: String) -> TargetTextError {
    TargetTextError(text: text, reason: reason, remedy: remedy)
  }

  func expect(fields range: ClosedRange<Int>, form: String) throws {
    guard range.contains(fields.count) else {
      throw error(
        "\(fields.count) fields between colons, not \(range.lowerBound)",
        "write it as \(form), lengths in metres")
    }
  }

  func size(atLeast least: Int, form: String) throws -> (Int, Int) {
    let parts = (fields.count > 1 ? fields[1] : "").lowercased().split(
      separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]) else {
      throw error(
        "'\(fields.count > 1 ? fields[1] : "")' is not a size",
        "write columns x rows behind the kind, as in \(form)")
    }
    guard (least...100).contains(columns), (least...100).contains(rows) else {
      throw error(
        "\(columns)x\(rows) is not a size of \(least) to 100 columns and rows",
        "count "
          + (kind == "charuco"
            ? "the squares" : kind == "aprilgrid" ? "the tags" : "the inner corners or circles")
          + " along both sides")
    }
    return (columns, rows)
  }

  func length(_ index: Int, _ name: String) throws -> Double {
    guard let value = Double(fields[index]), value.isFinite, value > 0 else {
      throw error(
        "the \(name) '\(fields[index])' is not a number above 0", "write metres, as 0.025")
    }
    guard value <= 10 else {
      throw error(
        "a \(name) of \(fields[index]) m", "write metres, not millimetres: \(value / 1000)")
    }
    return value
  }

  func dictionary(_ index: Int) throws -> String? {
    guard fields.count > index else { return nil }
    let name = fields[index].uppercased()
    let known = MarkerDictionary.names.first { $0.uppercased() == name }
    guard let known else {
      throw error(
        "no dictionary of markers is called '\(fields[index])'",
        "use one of \(MarkerDictionary.names.joined(separator: ", "))")
    }
    return known
  }
}

import Geometry
import Tensors
public import Vision

/// Writes the scores of classes into a corner of a picture.
public struct ActionOverlay: Sendable {
  /// Classes with a bar.
  public var bars: Int
  /// A label is written when its score is at least this.
  public var threshold: Double
  /// Smaller pictures are enlarged by a whole factor until their shorter side has so many pixels.
  public var leastSide: Int

  private static let ink = PixelColor(255, 255, 255)
  private static let rail = PixelColor(86, 90, 98)

  /// How scores are written.
  ///
  /// - Parameters:
  ///   - bars: Classes with a bar.
  ///   - threshold: A label is written when its score is at least this.
  ///   - leastSide: Smaller pictures are enlarged until their shorter side has so many pixels.
  public init(bars: Int = 5, threshold: Double = 0, leastSide: Int = 240) {
    self.bars = bars
    self.threshold = threshold
    self.leastSide = leastSide
  }

  /// Writes scores on a picture.
  ///
  /// - Parameters:
  ///   - scores: Labels and their scores, in any order.
  ///   - image: The picture.
  /// - Returns: The picture with a panel at its upper left; without scores the picture alone, in 8-bit colour.
  /// - Throws: `VisionError`.
  public func draw(_ scores: [(label: String, score: Double)], on image: Image) throws -> Image {
    var picture = try enlarged(image.bytes().expandedToColor())
    let ranked = scores.enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.map(\.element)
    guard let best = ranked.first else { return picture }
    let layout = Layout(width: picture.width, height: picture.height)
    let shown = Array(ranked.prefix(bars))
    let rows = shown.count + 1
    picture.pixels = Self.darkened(
      picture.pixels, width: layout.panelWidth, height: layout.panelHeight(rows: rows))
    var canvas = try ImageCanvas(picture)
    let title = best.score >= threshold ? "\(best.label) \(Self.percent(best.score))" : "-"
    try canvas.drawText(
      try layout.fitting(
        title, width: layout.panelWidth - 2 * layout.margin, scale: layout.scale * 1.25),
      at: Vector2(layout.margin, layout.baseline(row: 0)), color: Self.ink,
      scale: layout.scale * 1.25, thickness: layout.thickness)
    for (row, entry) in shown.enumerated() {
      try drawBar(entry, row: row + 1, layout, &canvas)
    }
    return canvas.image
  }

  private func drawBar(
    _ entry: (label: String, score: Double), row: Int, _ layout: Layout, _ canvas: inout ImageCanvas
  ) throws {
    let baseline = layout.baseline(row: row)
    try canvas.drawText(
      try layout.fitting(entry.label, width: layout.labelWidth, scale: layout.scale),
      at: Vector2(layout.margin, baseline), color: Self.ink, scale: layout.scale,
      thickness: layout.thickness)
    let left = layout.margin * 2 + layout.labelWidth
    let right = layout.panelWidth - layout.margin
    let (top, bottom) = (baseline - 0.75 * layout.textHeight, baseline)
    func bar(to end: Double, _ color: PixelColor) throws {
      guard end - left >= 1 else { return }
      try canvas.fillPolygon(
        [Vector2(left, top), Vector2(end, top), Vector2(end, bottom), Vector2(left, bottom)],
        color: color)
    }
    try bar(to: right, Self.rail)
    let share = entry.score.isFinite ? min(max(entry.score, 0), 1) : 0
    try bar(to: left + (right - left) * share, LabelPalette.color(of: entry.label))
  }

  private func enlarged(_ image: Image) throws -> Image {
    let side = min(image.width, image.height)
    guard side > 0, side < leastSide else { return image }
    let factor = (leastSide + side - 1) / side
    return try image.resized(
      toWidth: image.width * factor, height: image.height * factor, interpolation: .nearest)
  }

  private static func percent(_ score: Double) -> String {
    score.isFinite ? "\(Int((100 * min(max(score, 0), 1)).rounded())) %" : "?"
  }

  /// A third of the light is left in the upper left corner.
  private static func darkened(_ pixels: Tensor, width: Double, height: Double) -> Tensor {
    let (columns, rows) = (pixels.shape[1], pixels.shape[0])
    let (right, bottom) = (min(columns, Int(width)), min(rows, Int(height)))
    return pixels.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: pixels.shape, of: UInt8.self) { target in
        for y in 0..<rows {
          let start = 3 * y * columns
          let edge = y < bottom ? start + 3 * right : start
          for i in start..<edge { target[i] = UInt8(UInt16(source[i]) * 85 >> 8) }
          for i in edge..<(start + 3 * columns) { target[i] = source[i] }
        }
      }
    }
  }
}

/// Sizes of the panel for a picture.
private struct Layout {
  let scale: Double
  let textHeight: Double
  let margin: Double
  let panelWidth: Double
  let labelWidth: Double
  let thickness: Int

  init(width: Int, height: Int) {
    let side = Double(min(width, height))
    scale = min(max(side / 700, 0.32), 2)
    textHeight = 22 * scale
    margin = 0.5 * textHeight
    panelWidth = min(Double(width), max(0.42 * Double(width), 16 * textHeight))
    labelWidth = 0.5 * panelWidth
    thickness = scale > 0.9 ? 2 : 1
  }

  /// The base line of a row; row 0 is the title.
  func baseline(row: Int) -> Double {
    margin + 1.3 * textHeight + Double(row) * 1.5 * textHeight
  }

  func panelHeight(rows: Int) -> Double { baseline(row: rows - 1) + margin }

  /// A text cut until it fits.
  func fitting(_ text: String, width: Double, scale: Double) throws -> String {
    var shown = text
    while shown.count > 1,
      Double(try ImageCanvas.textSize(shown, scale: scale, thickness: thickness).width) > width
    {
      shown = String(shown.dropLast(shown.hasSuffix("..") ? 3 : 1)) + ".."
      if shown.count <= 3 { break }
    }
    return shown
  }
}

import COpenCV
public import Geometry
import Tensors

/// A colour picture of 8 bits to draw on.
///
/// Pixel centres lie at integer coordinates; lines and discs are anti-aliased at a 16th of a pixel. What lies outside is cut
/// off, and points that are not finite are passed over.
public struct ImageCanvas: Sendable {
  /// The picture as drawn so far: `[H, W, 3]` of UInt8.
  public private(set) var image: Image

  /// A canvas with a picture on it.
  ///
  /// - Parameter image: Any picture with pixels: grey becomes colour, Float (0 to 1) becomes 8 bits.
  /// - Throws: ``VisionError/unsuitableInput(operation:expected:actual:)`` for other element types.
  public init(_ image: Image) throws {
    var copy = image
    copy.pixels = try image.bytePixels()
    self.image = copy.expandedToColor()
  }

  /// A canvas of one colour.
  ///
  /// - Parameters:
  ///   - width: Columns, above 0.
  ///   - height: Rows, above 0.
  ///   - background: The colour of every pixel.
  public init(width: Int, height: Int, background: PixelColor = .black) {
    precondition(width > 0 && height > 0, "a canvas cannot be \(width) x \(height) pixels")
    image = Image(
      pixels: Tensor(shape: [height, width, 3], of: UInt8.self) { memory in
        var i = 0
        while i < memory.count {
          memory[i] = background.red
          memory[i + 1] = background.green
          memory[i + 2] = background.blue
          i += 3
        }
      })
  }

  /// Columns.
  public var width: Int { image.width }
  /// Rows.
  public var height: Int { image.height }

  /// Draws straight lines of one colour.
  ///
  /// - Parameters:
  ///   - segments: Ends of each line, pixels.
  ///   - color: Colour of all of them.
  ///   - thickness: Pixels, 1 to 255.
  /// - Throws: ``VisionError``.
  public mutating func drawSegments(
    _ segments: [(from: Vector2, to: Vector2)], color: PixelColor, thickness: Int = 1
  ) throws {
    let numbers = segments.flatMap { [$0.from.x, $0.from.y, $0.to.x, $0.to.y] }
    let colors = [color.red, color.green, color.blue]
    try draw("drawing lines") {
      $0.draw_segments($1, numbers, segments.count, colors, 1, Int32(clamping: thickness))
    }
  }

  /// Draws one straight line.
  ///
  /// - Parameters:
  ///   - start: One end, pixels.
  ///   - end: The other end, pixels.
  ///   - color: Colour.
  ///   - thickness: Pixels, 1 to 255.
  /// - Throws: ``VisionError``.
  public mutating func drawLine(
    from start: Vector2, to end: Vector2, color: PixelColor, thickness: Int = 1
  ) throws {
    try drawSegments([(start, end)], color: color, thickness: thickness)
  }

  /// Draws a line through points.
  ///
  /// - Parameters:
  ///   - points: Corners in order, pixels.
  ///   - isClosed: Whether the last is joined to the first.
  ///   - color: Colour.
  ///   - thickness: Pixels, 1 to 255.
  /// - Throws: ``VisionError``.
  public mutating func drawPolyline(
    _ points: [Vector2], isClosed: Bool = false, color: PixelColor, thickness: Int = 1
  ) throws {
    guard let first = points.first, let last = points.last else { return }
    var segments = zip(points, points.dropFirst()).map { (from: $0, to: $1) }
    if isClosed && points.count > 2 { segments.append((last, first)) }
    try drawSegments(segments, color: color, thickness: thickness)
  }

  /// Draws the edges of a box.
  ///
  /// - Parameters:
  ///   - box: The box, pixels.
  ///   - color: Colour.
  ///   - thickness: Pixels, 1 to 255.
  /// - Throws: ``VisionError``.
  public mutating func drawRectangle(_ box: Box2D, color: PixelColor, thickness: Int = 1) throws {
    let corners = [
      Vector2(box.x1, box.y1), Vector2(box.x2, box.y1), Vector2(box.x2, box.y2),
      Vector2(box.x1, box.y2),
    ]
    try drawPolyline(corners, isClosed: true, color: color, thickness: thickness)
  }

  /// Fills a polygon.
  ///
  /// - Parameters:
  ///   - corners: Corners in order, pixels, none beyond 1e6.
  ///   - color: Colour.
  /// - Throws: ``VisionError``.
  public mutating func fillPolygon(_ corners: [Vector2], color: PixelColor) throws {
    let numbers = corners.flatMap { [$0.x, $0.y] }
    let colors = [color.red, color.green, color.blue]
    try draw("filling a polygon") { $0.fill_polygon($1, numbers, corners.count, colors) }
  }

  /// Draws many filled discs, each in its own colour, later ones on top.
  ///
  /// - Parameters:
  ///   - points: Centres, pixels.
  ///   - colors: One for each point, or a single one for all.
  ///   - radius: Pixels, 0 to 4096; 0 sets the nearest pixel.
  /// - Throws: ``VisionError``.
  public mutating func drawPoints(_ points: [Vector2], colors: [PixelColor], radius: Double = 1)
    throws
  {
    precondition(
      colors.count == points.count || colors.count == 1,
      "\(colors.count) colours for \(points.count) points")
    var numbers = [Double](repeating: 0, count: 2 * points.count)
    for i in points.indices {
      numbers[2 * i] = points[i].x
      numbers[2 * i + 1] = points[i].y
    }
    var bytes = [UInt8](repeating: 0, count: 3 * colors.count)
    for i in colors.indices {
      bytes[3 * i] = colors[i].red
      bytes[3 * i + 1] = colors[i].green
      bytes[3 * i + 2] = colors[i].blue
    }
    let isShared: Int32 = colors.count == 1 ? 1 : 0
    try draw("drawing points") {
      $0.draw_points($1, numbers, points.count, bytes, isShared, radius)
    }
  }

  /// Draws one filled disc.
  ///
  /// - Parameters:
  ///   - center: Centre, pixels.
  ///   - radius: Pixels, 0 to 4096; 0 sets the nearest pixel.
  ///   - color: Colour.
  /// - Throws: ``VisionError``.
  public mutating func fillCircle(center: Vector2, radius: Double, color: PixelColor) throws {
    try drawPoints([center], colors: [color], radius: radius)
  }

  /// Writes a line of text (ASCII; other characters become question marks).
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - origin: Left end of the base line, pixels.
  ///   - color: Colour.
  ///   - scale: 1 makes capitals about 21 pixels high; above 0, at most 100.
  ///   - thickness: Pixels, 1 to 255.
  /// - Throws: ``VisionError``.
  public mutating func drawText(
    _ text: String, at origin: Vector2, color: PixelColor, scale: Double = 0.5, thickness: Int = 1
  ) throws {
    let colors = [color.red, color.green, color.blue]
    let ascii = Self.ascii(text)
    try draw("writing text") {
      $0.draw_text($1, ascii, origin.x, origin.y, scale, Int32(clamping: thickness), colors)
    }
  }

  /// The size of a line of text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - scale: As for ``drawText(_:at:color:scale:thickness:)``.
  ///   - thickness: Likewise.
  /// - Returns: Width, height above the base line, and depth below it; pixels.
  /// - Throws: ``VisionError``.
  public static func textSize(_ text: String, scale: Double = 0.5, thickness: Int = 1) throws -> (
    width: Int, height: Int, depth: Int
  ) {
    var (width, height, depth): (Int32, Int32, Int32) = (0, 0, 0)
    try OpenCV.call("measuring text") {
      $0.text_size(Self.ascii(text), scale, Int32(clamping: thickness), &width, &height, &depth)
    }
    return (Int(width), Int(height), Int(depth))
  }

  private static func ascii(_ text: String) -> String {
    String(decoding: text.map { $0.asciiValue.map { $0 < 32 ? 32 : $0 } ?? 63 }, as: UTF8.self)
  }

  /// Calls one drawing function with this canvas's own memory.
  private mutating func draw(
    _ operation: String, _ body: (copencv_table, copencv_view) -> copencv_status
  ) throws {
    // Taking write access first copies pixels that another image shares.
    image.pixels.withUnsafeMutableElements(of: UInt8.self) { _ in }
    try OpenCV.withView(image.pixels, for: operation) { view in
      try OpenCV.call(operation) { body($0, view) }
    }
  }
}

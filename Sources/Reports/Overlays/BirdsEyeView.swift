import Foundation
public import Geometry
public import PointClouds
import Tensors
public import Vision

/// A picture of a cloud and boxes from above: forward is up, left is left; with a grid in metres.
public struct BirdsEyeView: Sendable {
  /// Which way the axes of the cloud's frame point.
  public enum Axes: String, Sendable, CaseIterable {
    /// x forward, y left, z up.
    case vehicle
    /// x right, y down, z forward.
    case camera
  }

  /// Metres shown forward of the origin, from and to.
  public var forward: ClosedRange<Double>
  /// Metres shown to the left of the origin, from and to; negative is right.
  public var left: ClosedRange<Double>
  /// Size of a metre, pixels.
  public var pixelsPerMetre: Double
  /// Heights at the two ends of the colour scale, metres.
  public var heights: ClosedRange<Double>
  /// Spacing of the grid, metres; chosen to suit the size when nil.
  public var gridSpacing: Double?
  /// Which way the axes point.
  public var axes: Axes

  /// Largest width and height of the picture, pixels.
  public static let largestSide = 8192

  /// What part is shown, and how large.
  ///
  /// - Parameters:
  ///   - forward: Metres shown forward of the origin, from and to.
  ///   - left: Metres shown to the left of the origin, from and to.
  ///   - pixelsPerMetre: Size of a metre, pixels; made smaller where a side would exceed ``largestSide``.
  ///   - heights: Heights at the two ends of the colour scale, metres.
  ///   - gridSpacing: Spacing of the grid, metres; chosen to suit the size when nil.
  ///   - axes: Which way the axes of the cloud's frame point.
  public init(
    forward: ClosedRange<Double> = -20...60, left: ClosedRange<Double> = -30...30,
    pixelsPerMetre: Double = 10, heights: ClosedRange<Double> = -2...2, gridSpacing: Double? = nil,
    axes: Axes = .vehicle
  ) {
    self.forward = forward
    self.left = left
    let longest = max(forward.upperBound - forward.lowerBound, left.upperBound - left.lowerBound)
    self.pixelsPerMetre = min(pixelsPerMetre, Double(Self.largestSide) / max(longest, 1e-9))
    self.heights = heights
    self.gridSpacing = gridSpacing
    self.axes = axes
  }

  /// Width of the picture, pixels.
  public var width: Int {
    max(1, Int(((left.upperBound - left.lowerBound) * pixelsPerMetre).rounded()))
  }
  /// Height of the picture, pixels.
  public var height: Int {
    max(1, Int(((forward.upperBound - forward.lowerBound) * pixelsPerMetre).rounded()))
  }

  /// Draws a cloud and boxes.
  ///
  /// - Parameters:
  ///   - cloud: The points; invalid ones are passed over, higher ones cover lower ones.
  ///   - boxes: Boxes in the cloud's frame; their headings are marked.
  /// - Returns: The picture, three channels of UInt8.
  /// - Throws: `VisionError`.
  public func draw(_ cloud: PointCloud, boxes: [Box3D] = []) throws -> Image {
    var canvas = ImageCanvas(
      width: width, height: height, background: PixelColor(18, 21, 26))
    try drawGrid(on: &canvas)
    try drawPoints(cloud, on: &canvas)
    for box in boxes { try draw(box, on: &canvas) }
    try drawEgo(on: &canvas)
    try drawScale(on: &canvas)
    return canvas.image
  }

  /// Forward, left and up of a point of the cloud's frame.
  func ground(_ point: Vector3) -> Vector3 {
    axes == .vehicle ? point : Vector3(point.z, -point.x, -point.y)
  }

  /// The pixel of a place forward and left of the origin.
  func pixel(forward x: Double, left y: Double) -> Vector2 {
    Vector2(
      (left.upperBound - y) * pixelsPerMetre - 0.5, (forward.upperBound - x) * pixelsPerMetre - 0.5)
  }

  /// The grid's spacing: given, or a round number of metres near 90 pixels.
  var spacing: Double {
    if let gridSpacing, gridSpacing * pixelsPerMetre >= 4 { return gridSpacing }
    return Scale.roundStep(90 / pixelsPerMetre)
  }

  private func drawGrid(on canvas: inout ImageCanvas) throws {
    let color = PixelColor(52, 60, 71)
    let soft = PixelColor(125, 138, 154)
    var lines: [(from: Vector2, to: Vector2)] = []
    var texts: [(String, Vector2)] = []
    for x in multiples(in: forward) {
      lines.append(
        (pixel(forward: x, left: left.upperBound), pixel(forward: x, left: left.lowerBound)))
      texts.append((text(x), pixel(forward: x, left: left.upperBound) + Vector2(4, -3)))
    }
    for y in multiples(in: left) {
      lines.append(
        (pixel(forward: forward.upperBound, left: y), pixel(forward: forward.lowerBound, left: y)))
      let place = pixel(forward: forward.lowerBound, left: y) + Vector2(3, -5)
      // The corner belongs to the forward axis.
      if place.x > 40 { texts.append((text(y), place)) }
    }
    try canvas.drawSegments(lines, color: color)
    for (text, place) in texts { try canvas.drawText(text, at: place, color: soft, scale: 0.35) }
  }

  private func multiples(in range: ClosedRange<Double>) -> [Double] {
    let first = (range.lowerBound / spacing).rounded(.up)
    let last = (range.upperBound / spacing).rounded(.down)
    return stride(from: first, through: last, by: 1).map { $0 * spacing }
  }

  private func text(_ metres: Double) -> String {
    String(format: "%g m", metres)
  }

  private func drawPoints(_ cloud: PointCloud, on canvas: inout ImageCanvas) throws {
    var shown: [(pixel: Vector2, height: Float)] = []
    cloud.moved(toOrigin: .zero).positions.withUnsafeElements(of: Float.self) { xyz in
      for k in 0..<cloud.count {
        let p = ground(
          Vector3(Double(xyz[3 * k]), Double(xyz[3 * k + 1]), Double(xyz[3 * k + 2])))
        guard forward.contains(p.x), left.contains(p.y), p.z.isFinite else { continue }
        shown.append((pixel(forward: p.x, left: p.y), Float(p.z)))
      }
    }
    guard !shown.isEmpty else { return }
    let order = shown.indices.sorted { (shown[$0].height, $0) < (shown[$1].height, $1) }
    let values = Tensor(order.map { shown[$0].height })
    let colors = try ColorMap.viridis.colors(
      of: values, range: Float(heights.lowerBound)...Float(heights.upperBound))
    // Lifted, so that the dark end is seen on the dark ground.
    let lifted = colors.map {
      PixelColor(
        $0.red / 10 * 9 + 25, $0.green / 10 * 9 + 25, $0.blue / 10 * 9 + 25)
    }
    try canvas.drawPoints(
      order.map { shown[$0].pixel }, colors: lifted, radius: pixelsPerMetre >= 12 ? 1 : 0)
  }

  private func draw(_ box: Box3D, on canvas: inout ImageCanvas) throws {
    let corners = footprint(of: box)
    guard corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return }
    let color = LabelPalette.color(of: box.label)
    try canvas.drawPolyline(corners, isClosed: true, color: color, thickness: 2)
    // Heading: from the middle through the front edge.
    let middle = (corners[0] + corners[2]) / 2
    let nose = (corners[0] + corners[3]) / 2
    try canvas.drawLine(from: middle, to: nose + (nose - middle) * 0.4, color: color, thickness: 2)
    guard !box.label.isEmpty else { return }
    let score = box.score.isFinite && box.score != 1 ? String(format: " %.2f", box.score) : ""
    let place = corners.reduce(corners[0]) { Vector2(max($0.x, $1.x), min($0.y, $1.y)) }
    try canvas.drawText(box.label + score, at: place + Vector2(3, 2), color: color, scale: 0.38)
  }

  /// The four corners of a box from above, front left first, then counter-clockwise in the vehicle's frame.
  func footprint(of box: Box3D) -> [Vector2] {
    let corners = box.corners.map(ground)
    if axes == .vehicle { return corners[0..<4].map { pixel(forward: $0.x, left: $0.y) } }
    // About +z of a camera's frame a box is seen from the side: its outline is the rectangle around it.
    let xs = corners.map(\.x)
    let ys = corners.map(\.y)
    let (x0, x1, y0, y1) = (xs.min() ?? 0, xs.max() ?? 0, ys.min() ?? 0, ys.max() ?? 0)
    return [(x1, y1), (x0, y1), (x0, y0), (x1, y0)].map { pixel(forward: $0.0, left: $0.1) }
  }

  /// The origin: a triangle that points forward.
  private func drawEgo(on canvas: inout ImageCanvas) throws {
    guard forward.contains(0), left.contains(0) else { return }
    let origin = pixel(forward: 0, left: 0)
    try canvas.fillPolygon(
      [origin + Vector2(0, -9), origin + Vector2(6, 7), origin + Vector2(-6, 7)], color: .white)
  }

  private func drawScale(on canvas: inout ImageCanvas) throws {
    let length = spacing * pixelsPerMetre
    let y = 16.0
    let x = Double(width) - length - 12
    guard x > 0, height > 40 else { return }
    try canvas.drawSegments(
      [
        (Vector2(x, y), Vector2(x + length, y)), (Vector2(x, y - 4), Vector2(x, y + 4)),
        (Vector2(x + length, y - 4), Vector2(x + length, y + 4)),
      ], color: .white, thickness: 1)
    try canvas.drawText(
      "grid \(text(spacing))", at: Vector2(x, y + 17), color: .white, scale: 0.4)
  }
}

import Foundation
public import Geometry
public import Vision

/// Boxes drawn into a picture.
public struct BoxOverlay: Sendable {
  /// Width of the lines, pixels.
  public var thickness: Int
  /// Whether label and score are written beside each box.
  public var showsLabels: Bool
  /// Boxes with a lower score are left out; those without a score are drawn.
  public var leastScore: Double

  /// How boxes are drawn.
  ///
  /// - Parameters:
  ///   - thickness: Width of the lines, pixels.
  ///   - showsLabels: Whether label and score are written beside each box.
  ///   - leastScore: Boxes with a lower score are left out.
  public init(thickness: Int = 2, showsLabels: Bool = true, leastScore: Double = -.infinity) {
    self.thickness = thickness
    self.showsLabels = showsLabels
    self.leastScore = leastScore
  }

  /// Draws boxes in space into the picture of a calibrated camera: edges, and a cross on the front face.
  ///
  /// Edges that reach behind the camera are cut 5 cm in front of it. Far boxes are drawn first.
  ///
  /// - Parameters:
  ///   - boxes: The boxes, in their own frame.
  ///   - image: The picture.
  ///   - camera: The camera that took it; scaled to the picture where the sizes differ.
  ///   - cameraFromBoxes: Maps the boxes' frame to the camera's optical frame; metres.
  /// - Returns: The picture with boxes, three channels of UInt8.
  /// - Throws: `VisionError`.
  public func draw(
    _ boxes: [Box3D], on image: Image, camera: CameraModel, cameraFromBoxes: Pose
  ) throws -> Image {
    var canvas = try ImageCanvas(image)
    let fitted =
      camera.width == image.width && camera.height == image.height
      ? camera : camera.scaled(toWidth: image.width, height: image.height)
    let placed = boxes.filter { !($0.score < leastScore) }
      .map { (box: $0, depth: (cameraFromBoxes * $0.center).z) }
      .enumerated()
      .sorted { ($0.element.depth, $1.offset) > ($1.element.depth, $0.offset) }
    for (_, (box, _)) in placed {
      try draw(box, on: &canvas, fitted, cameraFromBoxes)
    }
    return canvas.image
  }

  /// Corner pairs of the twelve edges, and of the two diagonals of the front face.
  static let edges = [
    (0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7),
  ]
  static let frontCross = [(0, 7), (3, 4)]

  private func draw(
    _ box: Box3D, on canvas: inout ImageCanvas, _ camera: CameraModel, _ pose: Pose
  ) throws {
    let corners = box.corners.map { pose * $0 }
    guard corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else { return }
    let color = LabelPalette.color(of: box.label)
    func lines(_ pairs: [(Int, Int)]) -> [(from: Vector2, to: Vector2)] {
      pairs.flatMap { camera.path(from: corners[$0.0], to: corners[$0.1]) }
        .flatMap { path in zip(path, path.dropFirst()).map { (from: $0, to: $1) } }
    }
    let edges = lines(Self.edges)
    guard !edges.isEmpty else { return }
    try canvas.drawSegments(edges, color: color, thickness: thickness)
    try canvas.drawSegments(lines(Self.frontCross), color: color, thickness: 1)
    guard showsLabels, corners.allSatisfy({ $0.z > 0.05 }) else { return }
    let ends = edges.flatMap { [$0.from, $0.to] }
    guard let top = ends.min(by: { ($0.y, $0.x) < ($1.y, $1.x) }) else { return }
    try write(box.label, box.score, at: top, on: &canvas, color: color)
  }

  /// Draws boxes in the picture.
  ///
  /// - Parameters:
  ///   - boxes: The boxes, pixels.
  ///   - image: The picture.
  /// - Returns: The picture with boxes, three channels of UInt8.
  /// - Throws: `VisionError`.
  public func draw(_ boxes: [Box2D], on image: Image) throws -> Image {
    var canvas = try ImageCanvas(image)
    for box in boxes where !(box.score < leastScore) {
      let color = LabelPalette.color(of: box.label)
      try canvas.drawRectangle(box, color: color, thickness: thickness)
      if showsLabels {
        try write(
          box.label, box.score, at: Vector2(box.x1, box.y1), on: &canvas, color: color)
      }
    }
    return canvas.image
  }

  /// Label and score on a dark ground above a point, moved into the picture; nothing when the point lies outside.
  private func write(
    _ label: String, _ score: Double, at point: Vector2, on canvas: inout ImageCanvas,
    color: PixelColor
  ) throws {
    guard point.x > -40, point.x < Double(canvas.width), point.y > -40,
      point.y < Double(canvas.height)
    else { return }
    let number = score.isFinite && score != 1 ? String(format: "%.2f", score) : ""
    let text = [label, number].filter { !$0.isEmpty }.joined(separator: " ")
    if text.isEmpty { return }
    let size = try ImageCanvas.textSize(text, scale: 0.45)
    let x = max(2, min(point.x, Double(canvas.width - size.width - 4)))
    let y = max(Double(size.height) + 4, point.y - 5)
    try canvas.fillPolygon(
      [
        Vector2(x - 2, y - Double(size.height) - 3),
        Vector2(x + Double(size.width) + 2, y - Double(size.height) - 3),
        Vector2(x + Double(size.width) + 2, y + 4), Vector2(x - 2, y + 4),
      ], color: PixelColor(18, 21, 26))
    try canvas.drawText(text, at: Vector2(x, y), color: color, scale: 0.45)
  }
}

import Geometry
import Vision

extension TargetDetector {
  func charuco(
    in grey: GreyPixels, columns: Int, rows: Int, square: Double, marker: Double,
    dictionary: MarkerDictionary
  ) throws -> Found? {
    let layout = CalibrationTarget.markedSquares(columns: columns, rows: rows)
    guard layout.count <= dictionary.count else {
      throw VisionError.unsuitableInput(
        operation: "finding a ChArUco board",
        expected: "a dictionary of at least \(layout.count) markers",
        actual: "\(dictionary.name) with \(dictionary.count)")
    }
    let longest = max(grey.width, grey.height)
    let fine = MarkerSearch(smallestPerimeter: 0.02)
    let scales = longest > 1600 ? [1000 / Double(longest), 1] : [1.0, 2]
    for scale in scales where scale <= 1 || options.triesSlowMethods {
      let search = ScaledSearch(scale: scale, search: fine)
      let markers = try self.markers(in: grey.image, of: dictionary, search).filter {
        $0.id < layout.count
      }
      let placed = Self.placed(
        markers, columns: columns, rows: rows, square: square, marker: marker)
      guard let placed, !placed.isEmpty else { continue }
      let found = innerCorners(
        placed, in: grey, square: square, margin: (square - marker) / 2)
      if found.corners.count >= 4 { return found }
    }
    return nil
  }

  /// A marker with the places of its corners on the board.
  struct PlacedMarker {
    var center: Vector2
    var pairs: [(plane: Vector2, image: Vector2)]
  }

  /// Markers at their squares; boards with an even number of rows that OpenCV before 4.6 drew begin with a white square.
  private static func placed(
    _ markers: [DetectedMarker], columns: Int, rows: Int, square: Double, marker: Double
  ) -> [PlacedMarker]? {
    var candidates: [(placed: [PlacedMarker], error: Double)] = []
    for startsWhite in rows % 2 == 0 ? [false, true] : [false] {
      let layout = CalibrationTarget.markedSquares(
        columns: columns, rows: rows, startsWhite: startsWhite)
      let placed = markers.filter { $0.id < layout.count }.map { found in
        let (x, y) = layout[found.id]
        let center = Vector2(Double(x) - 0.5, Double(y) - 0.5) * square
        let half = marker / 2
        let plane = [
          Vector2(-half, -half), Vector2(half, -half), Vector2(half, half), Vector2(-half, half),
        ].map { $0 + center }
        return PlacedMarker(center: center, pairs: zip(plane, found.corners).map { ($0, $1) })
      }
      let pairs = placed.flatMap(\.pairs)
      guard let homography = PlaneHomography(pairs) else { continue }
      let errors = pairs.map { pair in
        homography(pair.plane).map { ($0 - pair.image).length } ?? .infinity
      }.sorted()
      guard let first = placed.first, homography.areaScale(at: first.center) > 0 else { continue }
      let size = abs(homography.areaScale(at: first.center)).squareRoot() * square
      // Lens distortion bends, wrong places jump by squares.
      let error = errors[errors.count / 2] / size
      if error < 0.3 { candidates.append((placed, error)) }
    }
    return candidates.min { $0.error < $1.error }?.placed
  }

  private func innerCorners(
    _ markers: [PlacedMarker], in grey: GreyPixels, square: Double, margin: Double
  ) -> Found {
    let images = markers.flatMap { $0.pairs.map(\.image) }
    let refiner = CornerRefiner(grey: grey, noise: noise(of: grey, around: images))
    var found = Found(corners: [], method: .markers)
    var windows = 0
    for (index, point) in points.enumerated() {
      let near = markers.enumerated().sorted {
        let a = ($0.element.center - point).lengthSquared
        let b = ($1.element.center - point).lengthSquared
        return (a, $0.offset) < (b, $1.offset)
      }.prefix(4).map(\.element)
      // A marker in a square that touches the corner.
      guard let nearest = near.first, (nearest.center - point).length < 0.8 * square else {
        continue
      }
      let pairs = near.filter { ($0.center - point).length < 2.2 * square }.flatMap(\.pairs)
      guard let homography = PlaneHomography(pairs), let start = homography(point),
        let right = homography(point + Vector2(square, 0)),
        let down = homography(point + Vector2(0, square))
      else { continue }
      let (a, b) = (right - start, down - start)
      let narrowest = min(
        a.length, b.length, abs(a.cross(b)) / max(a.length, b.length))
      // Short of the next corners, and of the markers in the white squares.
      let room = min(0.45, 0.9 * margin / square) * narrowest
      guard let refined = refiner.refine(start, halfSize: window(room: room, in: grey)) else {
        continue
      }
      windows += refined.halfSize
      found.corners.append(
        TargetCorner(index: index, position: refined.position, covariance: refined.covariance))
    }
    found.meanWindow = Double(windows) / Double(max(found.corners.count, 1))
    return found
  }
}

extension CalibrationTarget {
  /// The white squares of a ChArUco board as OpenCV draws it since 4.6, in the order of their markers: column and row of each.
  static func markedSquares(
    columns: Int, rows: Int, startsWhite: Bool = false
  ) -> [(column: Int, row: Int)] {
    (0..<rows).flatMap { row in
      (0..<columns).filter { ($0 + row) % 2 == (startsWhite ? 0 : 1) }.map { ($0, row) }
    }
  }
}

import Geometry
import Vision

extension TargetDetector {
  func aprilGrid(
    in grey: GreyPixels, columns: Int, rows: Int, tag: Double, gap: Double
  ) throws -> Found? {
    let dictionary = try MarkerDictionary(named: CalibrationTarget.aprilGridDictionary)
    guard columns * rows <= dictionary.count else {
      throw VisionError.unsuitableInput(
        operation: "finding an AprilGrid", expected: "at most \(dictionary.count) tags",
        actual: "\(columns)x\(rows)")
    }
    for search in Self.tagSearches(longest: max(grey.width, grey.height))
    where search.scale == 1 || options.triesSlowMethods {
      let markers = try self.markers(in: grey.image, of: dictionary, search)
      if markers.isEmpty { continue }
      var grid = try TagGrid(
        detector: self, grey: grey, columns: columns, rows: rows, tag: tag, gap: gap,
        borderCells: search.search.borderCells, dictionary: dictionary)
      grid.plant(markers)
      grid.grow()
      let corners = grid.corners
      guard corners.count >= 8 else { continue }
      return Found(corners: corners, method: .markers, meanWindow: grid.meanWindow)
    }
    return nil
  }

  struct ScaledSearch {
    var scale: Double
    var search: MarkerSearch
  }

  /// Kalibr's two cells of border first, then one; then other sizes.
  private static func tagSearches(longest: Int) -> [ScaledSearch] {
    let fine = { MarkerSearch(borderCells: $0, smallestPerimeter: 0.02) }
    let coarse = {
      MarkerSearch(borderCells: $0, windows: 5...45, windowStep: 8, smallestPerimeter: 0.02)
    }
    var searches = [
      ScaledSearch(scale: 1, search: fine(2)), ScaledSearch(scale: 1, search: fine(1)),
    ]
    if longest > 1600 {
      let scale = 1000 / Double(longest)
      searches = [2, 1].map { ScaledSearch(scale: scale, search: fine($0)) } + searches
    } else {
      searches += [2, 1].map { ScaledSearch(scale: 2, search: coarse($0)) }
    }
    return searches
  }

  /// Markers of a resized image, in pixels of the original.
  func markers(
    in image: Image, of dictionary: MarkerDictionary, _ search: ScaledSearch
  ) throws -> [DetectedMarker] {
    if search.scale == 1 { return try image.markers(of: dictionary, search: search.search) }
    let width = max(24, Int((Double(image.width) * search.scale).rounded()))
    let height = max(24, Int((Double(image.height) * search.scale).rounded()))
    let ratio = Vector2(
      Double(image.width) / Double(width), Double(image.height) / Double(height))
    let resized = try image.resized(toWidth: width, height: height)
    return try resized.markers(of: dictionary, search: search.search).map { marker in
      DetectedMarker(id: marker.id, corners: marker.corners.map { ($0 + 0.5) * ratio - 0.5 })
    }
  }
}

extension CalibrationTarget {
  /// Kalibr's tags.
  static let aprilGridDictionary = "DICT_APRILTAG_36h11"

  /// The tag that Kalibr puts at a place: tag 0 lies at the bottom left, numbers rise to the right and then upwards.
  static func aprilTag(atPlace place: Int, columns: Int, rows: Int) -> Int {
    (rows - 1 - place / columns) * columns + place % columns
  }
}

/// The tags of an AprilGrid that have been found, by place; grows from those that OpenCV finds to all that can be read.
///
/// OpenCV loses tags whose corners run into the squares beside them. Where a neighbour is known, a tag's corners can be
/// predicted, refined and its cells read.
private struct TagGrid {
  let detector: TargetDetector
  let grey: GreyPixels
  let columns: Int
  let rows: Int
  let tag: Double
  let gap: Double
  let borderCells: Int
  let side: Int
  private let cells: [[Bool]]
  private var refiner: CornerRefiner
  /// By place: four refined corners, from the upper left clockwise.
  private var known: [[CornerRefiner.Refined]?]

  init(
    detector: TargetDetector, grey: GreyPixels, columns: Int, rows: Int, tag: Double, gap: Double,
    borderCells: Int, dictionary: MarkerDictionary
  ) throws {
    self.detector = detector
    self.grey = grey
    (self.columns, self.rows, self.tag, self.gap) = (columns, rows, tag, gap)
    self.borderCells = borderCells
    side = dictionary.side
    // OpenCV keeps these tags turned by half a turn against Kalibr's.
    cells = try (0..<columns * rows).map {
      let id = CalibrationTarget.aprilTag(atPlace: $0, columns: columns, rows: rows)
      return try dictionary.cells(of: id).reversed()
    }
    refiner = CornerRefiner(grey: grey, noise: 1)
    known = Array(repeating: nil, count: columns * rows)
  }

  var corners: [TargetCorner] {
    known.enumerated().flatMap { place, tag in
      (tag ?? []).enumerated().map {
        TargetCorner(
          index: 4 * place + $0, position: $1.position, covariance: $1.covariance)
      }
    }
  }

  var meanWindow: Double {
    let windows = known.flatMap { ($0 ?? []).map(\.halfSize) }
    return Double(windows.reduce(0, +)) / Double(max(windows.count, 1))
  }

  private func plane(_ place: Int) -> ArraySlice<Vector2> {
    detector.points[4 * place..<4 * place + 4]
  }

  /// Takes over what OpenCV found, as far as it agrees among itself and can be read.
  mutating func plant(_ markers: [DetectedMarker]) {
    var seeds = [[Vector2]?](repeating: nil, count: columns * rows)
    var isDouble = [Bool](repeating: false, count: columns * rows)
    for marker in markers where marker.id < columns * rows {
      let place = CalibrationTarget.aprilTag(atPlace: marker.id, columns: columns, rows: rows)
      if seeds[place] != nil { isDouble[place] = true }
      seeds[place] = [2, 3, 0, 1].map { marker.corners[$0] }
    }
    let all = seeds.compactMap { $0 }.flatMap { $0 }
    refiner = CornerRefiner(grey: grey, noise: detector.noise(of: grey, around: all))
    for place in seeds.indices where !isDouble[place] {
      if let seed = seeds[place], agrees(place, seed, with: seeds) {
        known[place] = read(place, at: seed)
      }
    }
  }

  /// Whether a neighbour lies where this tag expects it, or there is none.
  private func agrees(_ place: Int, _ seed: [Vector2], with seeds: [[Vector2]?]) -> Bool {
    guard let homography = PlaneHomography(zip(plane(place), seed).map { ($0, $1) }),
      homography.areaScale(at: detector.points[4 * place]) > 0
    else { return false }
    let size = ((seed[2] - seed[0]).length + (seed[3] - seed[1]).length) / 2
    var hasNeighbour = false
    for other in neighbours(of: place, within: 1) {
      guard let found = seeds[other] else { continue }
      hasNeighbour = true
      guard let expected = homography(detector.points[4 * other]) else { continue }
      if (expected - found[0]).length < 0.5 * size { return true }
    }
    return !hasNeighbour
  }

  private func neighbours(of place: Int, within distance: Int) -> [Int] {
    let (x, y) = (place % columns, place / columns)
    var result: [Int] = []
    for row in max(0, y - distance)...min(rows - 1, y + distance) {
      for column in max(0, x - distance)...min(columns - 1, x + distance)
      where row != y || column != x {
        result.append(row * columns + column)
      }
    }
    return result
  }

  /// Reads tags beside known ones until no more are found.
  mutating func grow() {
    var hasGrown = true
    while hasGrown {
      hasGrown = false
      for place in known.indices where known[place] == nil {
        guard let predicted = predict(place), let found = read(place, at: predicted) else {
          continue
        }
        known[place] = found
        hasGrown = true
      }
    }
  }

  /// Corners of a tag from the nearest known ones, at most four; nil when none is near.
  private func predict(_ place: Int) -> [Vector2]? {
    let (x, y) = (place % columns, place / columns)
    let near = neighbours(of: place, within: 2).filter { known[$0] != nil }.sorted {
      let a = (($0 % columns) - x, ($0 / columns) - y)
      let b = (($1 % columns) - x, ($1 / columns) - y)
      return (a.0 * a.0 + a.1 * a.1, $0) < (b.0 * b.0 + b.1 * b.1, $1)
    }
    let pairs = near.prefix(4).flatMap { other in
      zip(plane(other), known[other] ?? []).map { (plane: $0, image: $1.position) }
    }
    guard let homography = PlaneHomography(pairs) else { return nil }
    let corners = plane(place).compactMap { homography($0) }
    return corners.count == 4 ? corners : nil
  }

  /// Refines the corners of a tag and compares its cells.
  private func read(_ place: Int, at rough: [Vector2]) -> [CornerRefiner.Refined]? {
    let edges = (0..<4).map { (rough[($0 + 1) % 4] - rough[$0]) }
    let height = abs(edges[0].cross(edges[1])) / max(edges[0].length, edges[1].length)
    let narrowest = min(edges.map(\.length).min() ?? 0, height)
    let cell = narrowest / Double(side + 2 * borderCells)
    guard cell >= 1 else { return nil }
    // Within the squares between the tags, and within the tag's border.
    let room = min(0.45 * gap * narrowest, 0.9 * Double(borderCells) * cell)
    let half = detector.window(room: room, in: grey)
    let refined = rough.compactMap { refiner.refine($0, halfSize: half) }
    guard refined.count == 4, isReadable(place, refined.map(\.position)) else { return nil }
    return refined
  }

  private func isReadable(_ place: Int, _ corners: [Vector2]) -> Bool {
    let count = side + 2 * borderCells
    let square = [Vector2(0, 0), Vector2(1, 0), Vector2(1, 1), Vector2(0, 1)]
    guard let homography = PlaneHomography(zip(square, corners).map { ($0, $1) }) else {
      return false
    }
    var values: [Double] = []
    var isWhite: [Bool] = []
    for row in 0..<count {
      for column in 0..<count {
        let p = Vector2(Double(column) + 0.5, Double(row) + 0.5) / Double(count)
        guard let pixel = homography(p), let value = grey.sample(pixel) else { return false }
        values.append(value)
        let (x, y) = (column - borderCells, row - borderCells)
        let isInside = (0..<side).contains(x) && (0..<side).contains(y)
        isWhite.append(isInside && cells[place][y * side + x])
      }
    }
    let whites = zip(values, isWhite).filter(\.1).map(\.0)
    let blacks = zip(values, isWhite).filter { !$0.1 }.map(\.0)
    guard !whites.isEmpty, !blacks.isEmpty else { return false }
    let white = whites.reduce(0, +) / Double(whites.count)
    let black = blacks.reduce(0, +) / Double(blacks.count)
    guard white - black > max(8, 4 * refiner.noise) else { return false }
    let middle = (white + black) / 2
    let wrong = zip(values, isWhite).count { ($0 > middle) != $1 }
    return wrong <= values.count / 20
  }
}

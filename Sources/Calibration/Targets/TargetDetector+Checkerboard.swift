import Geometry
import Vision

extension TargetDetector {
  func checkerboard(in grey: GreyPixels, columns: Int, rows: Int) throws -> Found? {
    guard let (rough, method) = try roughBoard(in: grey.image, columns: columns, rows: rows) else {
      return nil
    }
    let starts = Self.properOrder(rough, columns: columns, rows: rows, in: grey)
    let refiner = CornerRefiner(grey: grey, noise: noise(of: grey, around: starts))
    var corners: [TargetCorner] = []
    var windows = 0
    for index in starts.indices {
      let room = 0.4 * Self.narrowestSquare(starts, index, columns: columns, rows: rows)
      guard let refined = refiner.refine(starts[index], halfSize: window(room: room, in: grey))
      else {
        continue
      }
      windows += refined.halfSize
      corners.append(
        TargetCorner(index: index, position: refined.position, covariance: refined.covariance))
    }
    // A board of which a fifth has no corners is none.
    guard corners.count * 5 >= starts.count * 4 else { return nil }
    if Self.goesOn(starts, columns: columns, rows: rows, in: grey) {
      return Found(
        corners: [], method: method, refusal: "the board is larger than \(columns)x\(rows)")
    }
    let mean = Double(windows) / Double(corners.count)
    return Found(corners: corners, method: method, meanWindow: mean)
  }

  /// The fallback order: fast check, thresholds, sizes, sectors.
  ///
  /// Large images are searched at reduced size first.
  private func roughBoard(
    in image: Image, columns: Int, rows: Int
  ) throws -> ([Vector2], TargetDetection.Method)? {
    let longest = max(image.width, image.height)
    func look(_ image: Image, _ search: ChessboardSearch) throws -> [Vector2]? {
      try image.chessboardCorners(columns: columns, rows: rows, search: search)
    }
    let fast = ChessboardSearch()
    if longest > 1600 {
      let scale = 1000 / Double(longest)
      if let found = try scaled(image, by: scale, { try look($0, fast) }) {
        return (found, .reduced)
      }
    }
    if let found = try look(image, fast) { return (found, .chessboard) }
    guard options.triesSlowMethods else { return nil }
    let others = [
      ChessboardSearch(checksFast: false),
      ChessboardSearch(filtersQuadrangles: true, checksFast: false),
      ChessboardSearch(isAdaptive: false, checksFast: false),
    ]
    let mayEnlarge = longest <= 1300
    if longest <= 1600 {
      for search in others {
        if let found = try look(image, search) { return (found, .otherThreshold) }
      }
    }
    for target in [640.0, 1000, 320] where target < 0.8 * Double(longest) {
      let found = try scaled(image, by: target / Double(longest)) { try look($0, others[0]) }
      if let found { return (found, .reduced) }
    }
    if mayEnlarge, let found = try scaled(image, by: 2, { try look($0, others[0]) }) {
      return (found, .enlarged)
    }
    let scale = min(1, 1600 / Double(longest))
    let found = try scaled(image, by: scale) {
      try $0.chessboardCornersBySectors(columns: columns, rows: rows)
    }
    return found.map { ($0, .sectors) }
  }

  /// Searches an image of another size and maps what is found back.
  func scaled(
    _ image: Image, by scale: Double, _ find: (Image) throws -> [Vector2]?
  ) throws -> [Vector2]? {
    if scale == 1 { return try find(image) }
    let width = max(24, Int((Double(image.width) * scale).rounded()))
    let height = max(24, Int((Double(image.height) * scale).rounded()))
    let ratio = Vector2(
      Double(image.width) / Double(width), Double(image.height) / Double(height))
    return try find(image.resized(toWidth: width, height: height))?.map {
      ($0 + 0.5) * ratio - 0.5
    }
  }

  /// The corners in an order that a board can have: not mirrored, and with a dark square beside point 0 where turning the board
  /// exchanges dark and light.
  static func properOrder(
    _ corners: [Vector2], columns: Int, rows: Int, in grey: GreyPixels
  ) -> [Vector2] {
    var corners = corners
    let last = columns * rows - 1
    let across = corners[columns - 1] + corners[last] - corners[0] - corners[last - columns + 1]
    let down =
      corners[last] + corners[last - columns + 1] - corners[0] - corners[columns - 1]
    if across.cross(down) < 0 {
      corners = corners.indices.map { corners[$0 - $0 % columns + columns - 1 - $0 % columns] }
    }
    // Light minus dark under the assumption that the square beside point 0 is dark.
    var difference = 0.0
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 {
        let i = row * columns + column
        let center = (corners[i] + corners[i + 1] + corners[i + columns] + corners[i + columns + 1])
        guard let value = grey.sample(center / 4) else { continue }
        difference += (row + column) % 2 == 0 ? -value : value
      }
    }
    guard difference < 0 else { return corners }
    if (columns + rows) % 2 == 1 { return corners.reversed() }
    if columns == rows, columns % 2 == 1 {
      // A quarter turn.
      return corners.indices.map { corners[(columns - 1 - $0 % columns) * columns + $0 / columns] }
    }
    return corners
  }

  /// Whether the pattern continues beyond one of the sides: what was found is a part of a larger board.
  static func goesOn(
    _ corners: [Vector2], columns: Int, rows: Int, in grey: GreyPixels
  ) -> Bool {
    // First corner and steps along a side and outwards, as indices.
    let sides = [
      (0, 1, -columns, columns), (columns * (rows - 1), 1, columns, columns),
      (0, columns, -1, rows), (columns - 1, columns, 1, rows),
    ]
    return sides.contains { first, along, outwards, count in
      var crossings = 0
      for i in 0..<count {
        let index = first + i * along
        let step = corners[index] - corners[index - outwards]
        let neighbour = i + 1 < count ? index + along : index - along
        let side = (corners[neighbour] - corners[index]) * 0.3
        let (next, back) = (corners[index] + step, step * 0.3)
        let around = [
          next - back - side, next - back + side, next + back + side, next + back - side,
        ]
        .compactMap { grey.sample($0) }
        guard around.count == 4 else { continue }
        let one = (min(around[0], around[2]), max(around[0], around[2]))
        let other = (min(around[1], around[3]), max(around[1], around[3]))
        let gap = max(one.0 - other.1, other.0 - one.1)
        let contrast = max(one.1, other.1) - min(one.0, other.0)
        if gap > 0.4 * contrast, gap > 10 { crossings += 1 }
      }
      return crossings * 3 >= count * 2
    }
  }

  /// Shortest side or height of the squares around a corner, pixels.
  static func narrowestSquare(
    _ corners: [Vector2], _ index: Int, columns: Int, rows: Int
  ) -> Double {
    let (column, row) = (index % columns, index / columns)
    var shortest = Double.infinity
    for dx in [-1, 1] where (0..<columns).contains(column + dx) {
      for dy in [-1, 1] where (0..<rows).contains(row + dy) {
        let a = corners[index + dx] - corners[index]
        let b = corners[index + dy * columns] - corners[index]
        let height = abs(a.cross(b)) / max(a.length, b.length)
        shortest = min(shortest, a.length, b.length, height)
      }
    }
    return shortest
  }
}

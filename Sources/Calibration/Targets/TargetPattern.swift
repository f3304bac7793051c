import Vision

/// The ink of a target, in metres, from the upper left of what is printed.
struct TargetPattern {
  enum Shape: Equatable {
    case rectangles([Rectangle], isBlack: Bool)
    case disc(x: Double, y: Double, radius: Double)
  }

  struct Rectangle: Equatable {
    var x, y, width, height: Double
  }

  /// In the order of painting.
  private(set) var shapes: [Shape] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  /// Where the target's point 0 lies.
  private(set) var origin = (x: 0.0, y: 0.0)
  /// Radius of circles relative to the grid's spacing.
  static let relativeRadius = 0.45

  init(_ target: CalibrationTarget) throws {
    switch target {
    case .checkerboard(let columns, let rows, let square):
      squares(columns + 1, rows + 1, square)
      origin = (square, square)
    case .asymmetricCircles(let columns, let rows, let spacing):
      let radius = Self.relativeRadius * spacing
      for point in target.points {
        shapes.append(.disc(x: point.x + radius, y: point.y + radius, radius: radius))
      }
      width = Double(2 * columns - 1) * spacing + 2 * radius
      height = Double(rows - 1) * spacing + 2 * radius
      origin = (radius, radius)
    case .charuco(let columns, let rows, let square, let marker, let dictionary):
      squares(columns, rows, square)
      origin = (square, square)
      let dictionary = try MarkerDictionary(named: dictionary)
      let places = CalibrationTarget.markedSquares(columns: columns, rows: rows)
      try Self.check(places.count, dictionary)
      for (id, place) in places.enumerated() {
        let margin = (square - marker) / 2
        tag(
          try dictionary.cells(of: id), x: Double(place.column) * square + margin,
          y: Double(place.row) * square + margin, side: marker, border: 1)
      }
    case .aprilGrid(let columns, let rows, let side, let gap):
      try aprilGrid(columns, rows, side, gap * side)
    }
  }

  private static func check(_ count: Int, _ dictionary: MarkerDictionary) throws {
    guard count <= dictionary.count else {
      throw TargetSheetError(
        reason: "the board needs \(count) markers and \(dictionary.name) has \(dictionary.count)",
        remedy: "choose a larger dictionary or fewer squares")
    }
  }

  /// Squares of which the upper left one is black.
  private mutating func squares(_ columns: Int, _ rows: Int, _ side: Double) {
    let black = (0..<rows).flatMap { row in
      (0..<columns).filter { ($0 + row) % 2 == 0 }.map {
        Rectangle(x: Double($0) * side, y: Double(row) * side, width: side, height: side)
      }
    }
    shapes.append(.rectangles(black, isBlack: true))
    (width, height) = (Double(columns) * side, Double(rows) * side)
  }

  /// A black square with white cells.
  private mutating func tag(_ cells: [Bool], x: Double, y: Double, side: Double, border: Int) {
    var count = 0
    while count * count < cells.count { count += 1 }
    let cell = side / Double(count + 2 * border)
    var white: [Rectangle] = []
    for row in 0..<count {
      var column = 0
      while column < count {
        let start = column
        while column < count, cells[row * count + column] { column += 1 }
        if column > start {
          white.append(
            Rectangle(
              x: x + Double(border + start) * cell, y: y + Double(border + row) * cell,
              width: Double(column - start) * cell, height: cell))
        }
        column += 1
      }
    }
    let base = Rectangle(x: x, y: y, width: side, height: side)
    shapes.append(.rectangles([base], isBlack: true))
    shapes.append(.rectangles(white, isBlack: false))
  }

  /// Kalibr's grid: tags with a border of two cells, and a black square in every gap's crossing.
  private mutating func aprilGrid(
    _ columns: Int, _ rows: Int, _ side: Double, _ gap: Double
  ) throws {
    let dictionary = try MarkerDictionary(named: CalibrationTarget.aprilGridDictionary)
    try Self.check(columns * rows, dictionary)
    let step = side + gap
    let crossings = (0...rows).flatMap { row in
      (0...columns).map {
        Rectangle(x: Double($0) * step, y: Double(row) * step, width: gap, height: gap)
      }
    }
    shapes.append(.rectangles(crossings, isBlack: true))
    for place in 0..<columns * rows {
      let id = CalibrationTarget.aprilTag(atPlace: place, columns: columns, rows: rows)
      tag(
        try dictionary.cells(of: id).reversed(), x: gap + Double(place % columns) * step,
        y: gap + Double(place / columns) * step, side: side, border: 2)
    }
    (width, height) = (Double(columns) * step + gap, Double(rows) * step + gap)
    origin = (gap, gap)
  }
}

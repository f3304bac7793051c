import COpenCV
public import Geometry
import Tensors

/// How OpenCV looks for a chessboard.
public struct ChessboardSearch: Sendable, Equatable {
  /// Thresholds that follow the local brightness, instead of one for the image.
  public var isAdaptive = true
  /// Equalises the histogram first.
  public var isNormalised = true
  /// Rejects quadrangles that do not look like squares.
  public var filtersQuadrangles = false
  /// Gives up early when nothing looks like a chessboard.
  public var checksFast = true

  /// A search from its switches.
  ///
  /// - Parameters:
  ///   - isAdaptive: Thresholds that follow the local brightness.
  ///   - isNormalised: Equalises the histogram first.
  ///   - filtersQuadrangles: Rejects quadrangles that do not look like squares.
  ///   - checksFast: Gives up early when nothing looks like a chessboard.
  public init(
    isAdaptive: Bool = true, isNormalised: Bool = true, filtersQuadrangles: Bool = false,
    checksFast: Bool = true
  ) {
    self.isAdaptive = isAdaptive
    self.isNormalised = isNormalised
    self.filtersQuadrangles = filtersQuadrangles
    self.checksFast = checksFast
  }

  var flags: Int32 {
    Int32(isAdaptive ? copencv_chessboard_adaptive : 0)
      | Int32(isNormalised ? copencv_chessboard_normalise : 0)
      | Int32(filtersQuadrangles ? copencv_chessboard_filter_quads : 0)
      | Int32(checksFast ? copencv_chessboard_fast_check : 0)
  }
}

extension Image {
  /// The inner corners of a chessboard to about a pixel, row by row, or nil when not all are seen.
  ///
  /// The order may start at any of the board's ends.
  ///
  /// - Parameters:
  ///   - columns: Inner corners of a row, at least 3.
  ///   - rows: Rows of inner corners, at least 3.
  ///   - search: How to look.
  /// - Returns: The corners, pixels.
  /// - Throws: ``VisionError``.
  public func chessboardCorners(
    columns: Int, rows: Int, search: ChessboardSearch = ChessboardSearch()
  ) throws -> [Vector2]? {
    try grid(columns, rows, "finding a chessboard") {
      $0.find_chessboard($1, Int32(clamping: columns), Int32(clamping: rows), search.flags, $2, $3)
    }
  }

  /// The same by OpenCV's sector-based method: about 25 times slower, finds some boards that the other does not.
  ///
  /// - Parameters:
  ///   - columns: Inner corners of a row, at least 2.
  ///   - rows: Rows of inner corners, at least 2.
  /// - Returns: The corners, pixels.
  /// - Throws: ``VisionError``.
  public func chessboardCornersBySectors(columns: Int, rows: Int) throws -> [Vector2]? {
    try grid(columns, rows, "finding a chessboard by sectors") {
      $0.find_chessboard_sectors($1, Int32(clamping: columns), Int32(clamping: rows), $2, $3)
    }
  }

  /// Columns and rows of inner corners of the largest chessboard that is seen.
  ///
  /// - Returns: The size, columns along the found grid's rows; nil when no grid of at least 3 by 3 is seen.
  /// - Throws: ``VisionError``.
  public func chessboardSize() throws -> (columns: Int, rows: Int)? {
    let operation = "measuring a chessboard"
    var (columns, rows) = (Int32(0), Int32(0))
    try OpenCV.withView(grey().pixels, for: operation) { view in
      try OpenCV.call(operation) { $0.chessboard_size(view, &columns, &rows) }
    }
    return columns > 0 && rows > 0 ? (Int(columns), Int(rows)) : nil
  }

  /// The centres of an asymmetric circle grid to about a pixel, row by row, or nil when not all are seen.
  ///
  /// - Parameters:
  ///   - columns: Circles of a row, at least 2.
  ///   - rows: Rows, at least 2.
  ///   - isWhite: Light circles on a dark ground.
  ///   - isClustered: OpenCV's other method, which bears strong perspective but not a cluttered background.
  /// - Returns: The centres, pixels.
  /// - Throws: ``VisionError``.
  public func circleGrid(
    columns: Int, rows: Int, isWhite: Bool = false, isClustered: Bool = false
  ) throws -> [Vector2]? {
    let flags =
      Int32(isWhite ? copencv_circles_white : 0)
      | Int32(isClustered ? copencv_circles_clustering : 0)
    return try grid(columns, rows, "finding a circle grid") {
      $0.find_circles($1, Int32(clamping: columns), Int32(clamping: rows), flags, $2, $3)
    }
  }

  private func grid(
    _ columns: Int, _ rows: Int, _ operation: String,
    _ find: (
      copencv_table, copencv_view, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Int32>
    ) -> copencv_status
  ) throws -> [Vector2]? {
    guard (2...1000).contains(columns), (2...1000).contains(rows) else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "a grid of 2 to 1000 columns and rows",
        actual: "\(columns)x\(rows)")
    }
    var numbers = [Double](repeating: 0, count: 2 * columns * rows)
    var found = Int32(0)
    try numbers.withUnsafeMutableBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      try OpenCV.withView(grey().pixels, for: operation) { view in
        try OpenCV.call(operation) { find($0, view, base, &found) }
      }
    }
    guard found == 1 else { return nil }
    return (0..<columns * rows).map { Vector2(numbers[2 * $0], numbers[2 * $0 + 1]) }
  }
}

import COpenCV
public import Geometry
import Tensors

/// A set of square markers that OpenCV knows.
public struct MarkerDictionary: Sendable, Equatable {
  /// OpenCV's names, by its numbers.
  public static let names = [
    "DICT_4X4_50", "DICT_4X4_100", "DICT_4X4_250", "DICT_4X4_1000", "DICT_5X5_50", "DICT_5X5_100",
    "DICT_5X5_250", "DICT_5X5_1000", "DICT_6X6_50", "DICT_6X6_100", "DICT_6X6_250",
    "DICT_6X6_1000", "DICT_7X7_50", "DICT_7X7_100", "DICT_7X7_250", "DICT_7X7_1000",
    "DICT_ARUCO_ORIGINAL", "DICT_APRILTAG_16h5", "DICT_APRILTAG_25h9", "DICT_APRILTAG_36h10",
    "DICT_APRILTAG_36h11",
  ]

  /// Its name.
  public let name: String
  /// Cells along a side, without the black border.
  public let side: Int
  /// Number of markers.
  public let count: Int
  let code: Int32

  /// The dictionary of a name.
  ///
  /// - Parameter name: One of ``names``.
  /// - Throws: ``VisionError``.
  public init(named name: String) throws {
    let operation = "opening a dictionary of markers"
    guard let index = Self.names.firstIndex(of: name) else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "one of \(Self.names.joined(separator: ", "))",
        actual: "'\(name)'")
    }
    self.name = name
    let code = Int32(index)
    self.code = code
    var (side, count) = (Int32(0), Int32(0))
    try OpenCV.call(operation) { $0.marker_dictionary(code, &side, &count) }
    self.side = Int(side)
    self.count = Int(count)
  }

  /// The cells of a marker without its border.
  ///
  /// - Parameter marker: Its number, from 0.
  /// - Returns: Row by row, true for white.
  /// - Throws: ``VisionError``.
  public func cells(of marker: Int) throws -> [Bool] {
    var bits = [UInt8](repeating: 0, count: side * side)
    try bits.withUnsafeMutableBufferPointer { bits in
      guard let base = bits.baseAddress else { return }
      try OpenCV.call("reading a marker") {
        $0.marker_bits(code, Int32(clamping: marker), base)
      }
    }
    return bits.map { $0 != 0 }
  }
}

/// A square marker in an image.
public struct DetectedMarker: Sendable, Equatable {
  /// Its number in the dictionary.
  public var id: Int
  /// Its four corners to about a pixel, clockwise from its own top left.
  public var corners: [Vector2]

  /// A marker from its parts.
  ///
  /// - Parameters:
  ///   - id: Its number in the dictionary.
  ///   - corners: Its four corners, clockwise from its own top left, pixels.
  public init(id: Int, corners: [Vector2]) {
    self.id = id
    self.corners = corners
  }
}

/// How square markers are looked for.
public struct MarkerSearch: Sendable, Equatable {
  /// Cells of the black border: 1, or 2 for Kalibr's tags.
  public var borderCells: Int
  /// Sides of the windows of the adaptive threshold, pixels.
  public var windows: ClosedRange<Int>
  /// Steps between those.
  public var windowStep: Int
  /// Smallest perimeter of a marker relative to the image's longer side.
  public var smallestPerimeter: Double

  /// A search from its parameters.
  ///
  /// - Parameters:
  ///   - borderCells: Cells of the black border.
  ///   - windows: Sides of the windows of the adaptive threshold, pixels.
  ///   - windowStep: Steps between those.
  ///   - smallestPerimeter: Of a marker, relative to the image's longer side.
  public init(
    borderCells: Int = 1, windows: ClosedRange<Int> = 3...23, windowStep: Int = 10,
    smallestPerimeter: Double = 0.03
  ) {
    self.borderCells = borderCells
    self.windows = windows
    self.windowStep = windowStep
    self.smallestPerimeter = smallestPerimeter
  }
}

extension Image {
  /// The markers of a dictionary that are seen, at most 4096, in OpenCV's order.
  ///
  /// - Parameters:
  ///   - dictionary: The markers.
  ///   - search: How to look.
  /// - Returns: The markers; one may appear more than once when it is seen so.
  /// - Throws: ``VisionError``.
  public func markers(
    of dictionary: MarkerDictionary, search: MarkerSearch = MarkerSearch()
  ) throws -> [DetectedMarker] {
    let (operation, capacity) = ("finding markers", 4096)
    var ids = [Int32](repeating: 0, count: capacity)
    var xy = [Double](repeating: 0, count: 8 * capacity)
    var count = Int32(0)
    var parameters = copencv_marker_search(
      border_bits: Int32(clamping: search.borderCells),
      window_min: Int32(clamping: search.windows.lowerBound),
      window_max: Int32(clamping: search.windows.upperBound),
      window_step: Int32(clamping: search.windowStep),
      min_perimeter_rate: search.smallestPerimeter)
    try ids.withUnsafeMutableBufferPointer { ids in
      try xy.withUnsafeMutableBufferPointer { xy in
        guard let ids = ids.baseAddress, let xy = xy.baseAddress else { return }
        try OpenCV.withView(grey().pixels, for: operation) { view in
          try OpenCV.call(operation) {
            $0.find_markers(
              view, dictionary.code, &parameters, Int32(capacity), ids, xy, &count)
          }
        }
      }
    }
    return (0..<Int(count)).map { marker in
      DetectedMarker(
        id: Int(ids[marker]),
        corners: (0..<4).map { Vector2(xy[8 * marker + 2 * $0], xy[8 * marker + 2 * $0 + 1]) })
    }
  }
}

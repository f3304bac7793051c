import Geometry

/// The lines `KEY: number number …` of a KITTI calibration file.
struct KITTIMatrixTable {
  private let name: String
  private let place: String
  private var values: [String: [Substring]] = [:]

  init(parsing text: String, named name: String, place: String) throws {
    self.name = name
    self.place = place
    for line in NumberText.lines(text) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = NumberText.words(line[..<colon]).joined(separator: " ")
      values[key] = NumberText.words(line[line.index(after: colon)...])
    }
    if values.isEmpty {
      throw failure("holds no calibration: expected lines such as 'P2: ' and 12 numbers")
    }
  }

  func failure(_ problem: String) -> LogError {
    LogError(.undecodable, file: name, place: place, problem: "calibration: " + problem)
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  /// The numbers of the first of `keys` that is there; nil when none is and none is required.
  func matrix(_ keys: [String], count: Int, required: Bool) throws -> [Double]? {
    guard let key = keys.first(where: { values[$0] != nil }), let words = values[key] else {
      if required { throw failure("\(keys[0]) is missing (expected \(count) numbers)") }
      return nil
    }
    guard words.count == count else {
      throw failure("\(key) has \(words.count) numbers, expected \(count)")
    }
    do {
      return try NumberText.numbers(words)
    } catch {
      throw failure("\(key): \(error.problem)")
    }
  }

  /// A rigid transform from a row-major 3 x 4 matrix.
  func pose(_ elements: [Double], _ key: String) throws -> Pose {
    let matrix = ProjectionMatrix(rowMajor: elements)
    try requireRotation(matrix.left, key)
    return Pose(rotation: Quaternion(matrix.left), translation: matrix.column)
  }

  func requireRotation(_ matrix: Matrix3, _ key: String) throws {
    guard matrix.isNearlyRotation else {
      throw failure("\(key) is no rotation: its rows are not perpendicular and of length 1")
    }
  }
}

extension Matrix3 {
  /// Whether the rows are perpendicular, of length 1 and right-handed, each to 1 %.
  var isNearlyRotation: Bool {
    let product = self * transpose
    let unit = Matrix3.identity.elements
    return zip(product.elements, unit).allSatisfy { abs($0 - $1) < 0.01 } && determinant > 0
  }
}

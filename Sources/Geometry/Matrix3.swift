/// A 3 x 3 matrix in double precision, kept as rows.
public struct Matrix3: Sendable, Equatable {
  /// The three rows.
  public var rows: [Vector3]

  /// The unit matrix.
  public static let identity = Matrix3(rows: [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)])

  /// A matrix of three rows.
  ///
  /// - Parameter rows: Exactly three rows.
  public init(rows: [Vector3]) {
    precondition(rows.count == 3, "a 3 x 3 matrix has three rows, not \(rows.count)")
    self.rows = rows
  }

  /// A matrix from nine numbers in row-major order.
  ///
  /// - Parameter elements: Exactly nine numbers.
  public init(rowMajor elements: [Double]) {
    precondition(elements.count == 9, "a 3 x 3 matrix has nine elements, not \(elements.count)")
    self.init(
      rows: (0..<3).map { Vector3(elements[3 * $0], elements[3 * $0 + 1], elements[3 * $0 + 2]) })
  }

  /// The nine elements in row-major order.
  public var elements: [Double] { rows.flatMap { [$0.x, $0.y, $0.z] } }

  /// The matrix mirrored at its diagonal.
  public var transpose: Matrix3 {
    Matrix3(rows: (0..<3).map { Vector3(rows[0][$0], rows[1][$0], rows[2][$0]) })
  }

  /// The determinant.
  public var determinant: Double { rows[0].dot(rows[1].cross(rows[2])) }

  /// The inverse; not a number where the determinant is 0.
  public var inverse: Matrix3 {
    let columns = [rows[1].cross(rows[2]), rows[2].cross(rows[0]), rows[0].cross(rows[1])]
    return Matrix3(rows: columns.map { $0 / determinant }).transpose
  }

  /// The product of the matrix and a column vector.
  public static func * (matrix: Matrix3, vector: Vector3) -> Vector3 {
    Vector3(matrix.rows[0].dot(vector), matrix.rows[1].dot(vector), matrix.rows[2].dot(vector))
  }

  /// The matrix product.
  public static func * (left: Matrix3, right: Matrix3) -> Matrix3 {
    let columns = right.transpose
    return Matrix3(rows: left.rows.map { columns * $0 })
  }
}

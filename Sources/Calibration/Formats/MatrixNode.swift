import Configuration
import Geometry

/// A matrix as ROS and OpenCV write it: a mapping with `rows`, `cols` and `data`.
struct MatrixNode {
  let rows: Int
  let columns: Int
  /// Row by row; finite.
  let values: [Double]

  init(_ node: YAMLNode) throws {
    let entry = try node.requireMapping("a matrix with rows, cols and data")
    rows = try entry.required("rows", as: Int.self)
    columns = try entry.required("cols", as: Int.self)
    values = try entry.required("data", as: [Double].self)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, count == values.count else {
      throw ConfigurationErrors(
        try entry.required("data").error(
          "\(values.count) numbers for a matrix of \(rows) x \(columns)"))
    }
    guard values.allSatisfy(\.isFinite) else {
      throw ConfigurationErrors(try entry.required("data").error("a number is not finite"))
    }
  }

  /// A matrix that must have a size.
  init(_ key: String, rows: Int, columns: Int, in entry: YAMLMapping) throws {
    let node = try entry.required(key)
    self = try MatrixNode(node)
    guard self.rows == rows, self.columns == columns else {
      throw ConfigurationErrors(
        node.error("'\(key)' is \(self.rows) x \(self.columns), not \(rows) x \(columns)"))
    }
  }

  /// A camera from its matrix; the skew is passed over, as the tools that write such files do.
  static func camera(
    _ matrix: [Double], distortion: Distortion, width: Int, height: Int, at node: YAMLNode
  ) throws -> CameraModel {
    guard (1...(1 << 20)).contains(width), (1...(1 << 20)).contains(height) else {
      throw ConfigurationErrors(
        node.error("an image of \(width) x \(height) pixels; sides are 1 to 1048576"))
    }
    guard matrix.count == 9, matrix[0] > 0, matrix[4] > 0, matrix[8] == 1 else {
      throw ConfigurationErrors(
        node.error("no camera matrix: [fx 0 cx; 0 fy cy; 0 0 1] with fx and fy above 0"))
    }
    return CameraModel(
      width: width, height: height, focalLength: Vector2(matrix[0], matrix[4]),
      principalPoint: Vector2(matrix[2], matrix[5]), distortion: distortion)
  }

  /// A rigid transform from a rotation, row by row, and a translation.
  static func pose(_ rotation: [Double], _ translation: [Double], at node: YAMLNode) throws -> Pose
  {
    let matrix = Matrix3(rowMajor: rotation)
    let product = (matrix * matrix.transpose).elements
    let off = zip(product, Matrix3.identity.elements).map { abs($0 - $1) }.max() ?? 1
    guard off < 1e-3, matrix.determinant > 0 else {
      throw ConfigurationErrors(node.error("no rotation: its rows are not orthonormal"))
    }
    return Pose(
      rotation: Quaternion(matrix),
      translation: Vector3(translation[0], translation[1], translation[2]))
  }
}

extension CameraModel {
  /// `fx 0 cx 0 fy cy 0 0 1`.
  var matrixWithoutSkew: [Double] {
    [focalLength.x, 0, principalPoint.x, 0, focalLength.y, principalPoint.y, 0, 0, 1]
  }
}

public import Geometry
public import Tensors

/// Boxes as the rows of a matrix: the only place that turns tensors into what the kernels read.
enum BoxRows {
  /// Rows in double precision.
  static func rows(_ boxes: Tensor, width: Int, for operation: String) throws -> [Double] {
    guard boxes.rank == 2, boxes.shape[1] == width, boxes.shape[0] < Int(Int32.max) else {
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "boxes are [N, \(width)], not \(boxes.shape)")
    }
    return try numbers(boxes, for: operation)
  }

  /// All elements in double precision.
  static func numbers(_ values: Tensor, for operation: String) throws -> [Double] {
    switch values.elementType {
    case .float32: return values.withUnsafeElements(of: Float.self) { $0.map(Double.init) }
    case .float64: return values.array(of: Double.self)
    default:
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "values are float32 or float64, not \(values.elementType)")
    }
  }

  /// A tensor of float32 or float64.
  static func tensor(_ values: [Double], shape: [Int], like other: Tensor) -> Tensor {
    other.elementType == .float64
      ? Tensor(values, shape: shape) : Tensor(values.map { Float($0) }, shape: shape)
  }
}

extension Tensor {
  /// Boxes as rows x, y, z, length, width, height, yaw.
  ///
  /// - Parameter boxes: Boxes of one frame.
  public init(boxes: [Box3D]) {
    self.init(
      boxes.flatMap { box in
        [
          box.center.x, box.center.y, box.center.z, box.size.x, box.size.y, box.size.z, box.yaw,
        ]
      }, shape: [boxes.count, 7])
  }
}

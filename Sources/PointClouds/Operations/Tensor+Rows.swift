import Tensors

extension Tensor {
  /// Rows of a matrix, whatever its element type.
  func selectingRows(_ indices: [Int32]) -> Tensor {
    let width = shape[1]
    switch elementType {
    case .bool: return gather(indices, width, Bool.self)
    case .uint8: return gather(indices, width, UInt8.self)
    case .int8: return gather(indices, width, Int8.self)
    case .int16: return gather(indices, width, Int16.self)
    case .int32: return gather(indices, width, Int32.self)
    case .int64: return gather(indices, width, Int64.self)
    case .float32: return gather(indices, width, Float.self)
    case .float64: return gather(indices, width, Double.self)
    case .float16, .bfloat16: preconditionFailure("attributes of \(elementType) are not supported")
    }
  }

  private func gather<Element: TensorElement>(
    _ indices: [Int32], _ width: Int, _ type: Element.Type
  ) -> Tensor {
    Tensor(shape: [indices.count, width], of: Element.self) { target in
      withUnsafeElements(of: Element.self) { source in
        for (row, index) in indices.enumerated() {
          for k in 0..<width { target[row * width + k] = source[Int(index) * width + k] }
        }
      }
    }
  }

  /// Matrices of equal width and type, one below the other.
  static func concatenatingRows(_ parts: [Tensor]) -> Tensor {
    switch parts[0].elementType {
    case .bool: stack(parts, Bool.self)
    case .uint8: stack(parts, UInt8.self)
    case .int8: stack(parts, Int8.self)
    case .int16: stack(parts, Int16.self)
    case .int32: stack(parts, Int32.self)
    case .int64: stack(parts, Int64.self)
    case .float32: stack(parts, Float.self)
    case .float64: stack(parts, Double.self)
    case .float16, .bfloat16:
      preconditionFailure("attributes of \(parts[0].elementType) are not supported")
    }
  }

  private static func stack<Element: TensorElement>(_ parts: [Tensor], _ type: Element.Type)
    -> Tensor
  {
    let rows = parts.reduce(0) { $0 + $1.shape[0] }
    return Tensor(shape: [rows, parts[0].shape[1]], of: Element.self) { target in
      var start = 0
      for part in parts {
        part.withUnsafeElements(of: Element.self) { source in
          for i in 0..<source.count { target[start + i] = source[i] }
        }
        start += part.count
      }
    }
  }
}

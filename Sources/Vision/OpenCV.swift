import COpenCV
import Foundation
import Tensors

/// OpenCV's functions, opened at their first use.
enum OpenCV {
  /// The table is constant and its functions are thread-safe.
  private struct Table: @unchecked Sendable {
    let functions: UnsafePointer<copencv_table>
  }

  private static let opened: Result<Table, VisionError> = {
    var text = [CChar](repeating: 0, count: 1024)
    let override = ProcessInfo.processInfo.environment["PARALLAX_OPENCV_LIBRARY"]
    let named = override.flatMap { $0.isEmpty ? nil : $0 }
    guard let functions = copencv_open(named, &text, text.count) else {
      let reason = String(
        decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      return .failure(.libraryUnavailable(reason: reason))
    }
    return .success(Table(functions: functions))
  }()

  /// The functions.
  static func functions() throws -> UnsafePointer<copencv_table> { try opened.get().functions }

  /// Calls one function of the table and turns its status into an error.
  static func call(
    _ operation: String, _ body: (copencv_table) -> copencv_status
  ) throws {
    let functions = try functions()
    guard body(functions.pointee) == copencv_ok else {
      throw VisionError.openCV(operation: operation, reason: lastError(functions))
    }
  }

  static func lastError(_ functions: UnsafePointer<copencv_table>) -> String {
    String(cString: functions.pointee.last_error())
  }

  /// OpenCV's own version, for example "4.6.0".
  static func version() throws -> String { String(cString: try functions().pointee.version()) }

  /// The code of an element type, or nil when OpenCV has none.
  static func depth(of type: ElementType) -> Int32? {
    switch type {
    case .uint8, .bool: Int32(copencv_u8)
    case .int16: Int32(copencv_s16)
    case .int32: Int32(copencv_s32)
    case .float32: Int32(copencv_f32)
    case .float64: Int32(copencv_f64)
    default: nil
    }
  }

  /// Lends the memory of a tensor, `[H, W]` or `[H, W, C]`, not empty, to OpenCV for reading.
  static func withView<Result>(
    _ tensor: Tensor, for operation: String, _ body: (copencv_view) throws -> Result
  ) throws -> Result {
    guard
      tensor.rank == 2 || tensor.rank == 3, let depth = depth(of: tensor.elementType),
      tensor.count > 0, let rows = Int32(exactly: tensor.shape[0]),
      let columns = Int32(exactly: tensor.shape[1]),
      let channels = Int32(exactly: tensor.rank == 3 ? tensor.shape[2] : 1), channels <= 4
    else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "an image with pixels",
        actual: "the shape \(tensor.shape) of \(tensor.elementType)")
    }
    return try tensor.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { preconditionFailure("a tensor without memory") }
      return try body(
        copencv_view(
          data: UnsafeMutableRawPointer(mutating: base), rows: rows, columns: columns,
          channels: channels, depth: depth))
    }
  }

  /// A tensor, `[H, W]` or `[H, W, C]`, not empty, that OpenCV fills; `body` receives the memory, all zero.
  static func filled<Element: TensorElement & ExpressibleByIntegerLiteral>(
    shape: [Int], of type: Element.Type, for operation: String,
    _ body: (copencv_view) throws -> Void
  ) throws -> Tensor {
    let result = Tensor(repeating: 0 as Element, shape: shape)
    try withView(result, for: operation, body)
    return result
  }
}

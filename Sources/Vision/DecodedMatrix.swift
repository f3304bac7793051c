import COpenCV
import Tensors

/// An array that OpenCV made: 1 or 3 channels (red, green, blue) of UInt8, UInt16 or Float.
struct DecodedMatrix: ~Copyable {
  private let handle: OpaquePointer
  private let functions: UnsafePointer<copencv_table>
  let view: copencv_view

  init(_ handle: OpaquePointer, _ functions: UnsafePointer<copencv_table>) {
    self.handle = handle
    self.functions = functions
    self.view = functions.pointee.matrix_view(handle)
  }

  deinit { functions.pointee.matrix_release(handle) }

  var shape: [Int] { [Int(view.rows), Int(view.columns), Int(view.channels)] }
  var count: Int { shape.reduce(1, *) }
  var isBytes: Bool { view.depth == copencv_u8 }
  var is16Bit: Bool { view.depth == copencv_u16 }

  /// A copy of 8-bit values.
  func bytes() -> Tensor {
    Tensor(shape: shape, of: UInt8.self) { memory in
      UnsafeMutableRawBufferPointer(memory).copyMemory(
        from: UnsafeRawBufferPointer(start: view.data, count: count))
    }
  }

  /// Every value times `scale`, whatever its type.
  func scaled(by scale: Double, shape: [Int]) -> Tensor {
    let count = count
    return Tensor(shape: shape, of: Float.self) { memory in
      switch Int(view.depth) {
      case Int(copencv_u8):
        let source = view.data.assumingMemoryBound(to: UInt8.self)
        for i in 0..<count { memory[i] = Float(Double(source[i]) * scale) }
      case Int(copencv_u16):
        let source = view.data.assumingMemoryBound(to: UInt16.self)
        for i in 0..<count { memory[i] = Float(Double(source[i]) * scale) }
      default:
        let source = view.data.assumingMemoryBound(to: Float.self)
        if scale == 1 {
          for i in 0..<count { memory[i] = source[i] }
        } else {
          for i in 0..<count { memory[i] = Float(Double(source[i]) * scale) }
        }
      }
    }
  }
}

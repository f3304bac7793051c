internal import CTorch

/// One argument of an operator of libtorch.
package enum TorchArgument {
  case none
  case tensor(Tensor)
  /// Complex numbers as pairs along the last axis.
  case complex(Tensor)
  /// A number in place of a tensor of float32 or float64.
  case number(Double, ElementType)
  case int(Int)
  case double(Double)
  case bool(Bool)
  case string(String)
  case ints([Int])
  case doubles([Double])
  case bools([Bool])
  case tensors([Tensor])
  case optionalTensors([Tensor?])
  case elementType(ElementType)
  case device(Device)
  case generator(TorchGenerator)
  case memoryFormat(Int)

  static func optional(_ tensor: Tensor?) -> TorchArgument { tensor.map { .tensor($0) } ?? .none }
  static func optional(_ type: ElementType?) -> TorchArgument {
    type.map { .elementType($0) } ?? .none
  }
  static func optional(_ number: Int?) -> TorchArgument { number.map { .int($0) } ?? .none }
  static func optional(_ text: String?) -> TorchArgument { text.map { .string($0) } ?? .none }
  static func optional(_ numbers: [Int]?) -> TorchArgument { numbers.map { .ints($0) } ?? .none }
}

/// Memory that a call's arguments point into; freed after the call.
struct ArgumentMemory: ~Copyable {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// The C form of `argument`, valid as long as this memory and the argument.
  mutating func value(_ argument: TorchArgument) -> ctorch_value {
    var value = ctorch_value()
    func set(_ tag: Int, integer: Int64 = 0) {
      value.tag = Int32(tag)
      value.integer = integer
    }
    switch argument {
    case .none: set(CTORCH_NONE)
    case .tensor(let tensor):
      set(CTORCH_TENSOR)
      // The tensor, kept by the argument, keeps the handle.
      value.pointer = UnsafeRawPointer(tensor.handle)
    case .complex(let tensor):
      set(CTORCH_COMPLEX_TENSOR)
      value.pointer = UnsafeRawPointer(tensor.handle)
    case .number(let number, let type):
      set(CTORCH_NUMBER, integer: Int64(type.torchCode))
      value.real = number
    case .int(let number): set(CTORCH_INT, integer: Int64(number))
    case .double(let number):
      set(CTORCH_DOUBLE)
      value.real = number
    case .bool(let flag): set(CTORCH_BOOLEAN, integer: flag ? 1 : 0)
    case .string(let text): fill(&value, CTORCH_STRING, Array(text.utf8))
    case .ints(let numbers): fill(&value, CTORCH_INT_LIST, numbers)
    case .doubles(let numbers): fill(&value, CTORCH_DOUBLE_LIST, numbers)
    case .bools(let flags): fill(&value, CTORCH_BOOLEAN_LIST, flags.map { $0 ? UInt8(1) : 0 })
    case .tensors(let tensors):
      fill(&value, CTORCH_TENSOR_LIST, tensors.map { Optional($0.handle) })
    case .optionalTensors(let tensors):
      fill(&value, CTORCH_OPTIONAL_TENSOR_LIST, tensors.map { $0?.handle })
    case .elementType(let type): set(CTORCH_ELEMENT_TYPE, integer: Int64(type.torchCode))
    case .device(let device):
      set(CTORCH_DEVICE, integer: device.kind)
      value.count = Int64(device.index)
    case .generator(let generator):
      set(CTORCH_GENERATOR)
      value.pointer = UnsafeRawPointer(generator.pointer)
    case .memoryFormat(let format): set(CTORCH_MEMORY_FORMAT, integer: Int64(format))
    }
    return value
  }

  private mutating func fill<Element>(
    _ value: inout ctorch_value, _ tag: Int, _ elements: [Element]
  ) {
    let block = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
    block.initialize(from: elements, count: elements.count)
    blocks.append(UnsafeMutableRawPointer(block))
    value.tag = Int32(tag)
    value.count = Int64(elements.count)
    value.pointer = UnsafeRawPointer(block)
  }
}

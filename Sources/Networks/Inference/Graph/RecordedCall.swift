import Tensors

/// A call of an operator of libtorch in which values of a graph stand for tensors.
struct RecordedCall {
  /// A tensor among the arguments.
  enum Operand {
    case value(Int)
    case constant(Tensor)
  }

  /// One argument.
  enum Argument {
    case fixed(TorchArgument)
    case operand(Operand)
    case complex(Operand)
    case operands([Operand])
    case optionalOperands([Operand?])
  }

  let operation: TorchOperator
  var arguments: [Argument]

  /// The values among the arguments, in order.
  var values: [Int] {
    arguments.flatMap { argument -> [Operand?] in
      switch argument {
      case .fixed: []
      case .operand(let operand), .complex(let operand): [operand]
      case .operands(let operands): operands
      case .optionalOperands(let operands): operands
      }
    }.compactMap {
      if case .value(let value) = $0 { return value }
      return nil
    }
  }

  /// The arguments with tensors in place of the values.
  func arguments(_ tensor: (Int) -> Tensor) -> [TorchArgument] {
    func resolved(_ operand: Operand) -> Tensor {
      switch operand {
      case .value(let value): tensor(value)
      case .constant(let constant): constant
      }
    }
    return arguments.map { argument in
      switch argument {
      case .fixed(let fixed): fixed
      case .operand(let operand): .tensor(resolved(operand))
      case .complex(let operand): .complex(resolved(operand))
      case .operands(let operands): .tensors(operands.map(resolved))
      case .optionalOperands(let operands): .optionalTensors(operands.map { $0.map(resolved) })
      }
    }
  }
}

/// Reading arguments by their place; nil where they are left out or of another kind.
extension RecordedCall {
  private func fixed(_ place: Int) -> TorchArgument? {
    guard place < arguments.count, case .fixed(let argument) = arguments[place] else { return nil }
    return argument
  }

  func value(_ place: Int) -> Int? {
    guard place < arguments.count, case .operand(.value(let value)) = arguments[place] else {
      return nil
    }
    return value
  }

  /// A constant of float32 in the host's memory.
  func constant(_ place: Int) -> Tensor? {
    guard place < arguments.count, case .operand(.constant(let tensor)) = arguments[place],
      tensor.elementType == .float32, tensor.device == .cpu
    else { return nil }
    return tensor.detached()
  }

  func isAbsent(_ place: Int) -> Bool {
    guard place < arguments.count else { return true }
    if case .fixed(.none) = arguments[place] { return true }
    return false
  }

  func ints(_ place: Int) -> [Int]? {
    if case .ints(let numbers) = fixed(place) { return numbers }
    return nil
  }

  func int(_ place: Int) -> Int? {
    if case .int(let number) = fixed(place) { return number }
    return nil
  }

  func bool(_ place: Int) -> Bool? {
    if case .bool(let flag) = fixed(place) { return flag }
    return nil
  }

  func string(_ place: Int) -> String? {
    if case .string(let text) = fixed(place) { return text }
    return nil
  }

  /// A number, whole or not.
  func double(_ place: Int) -> Double? {
    switch fixed(place) {
    case .double(let number): number
    case .int(let number): Double(number)
    default: nil
    }
  }
}

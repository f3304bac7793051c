internal import CTorch

/// An operator of libtorch, found by its schema name once and called with tagged values.
///
/// Operators are kept in static constants, for example
/// `static let add = TorchOperator("aten::add", "Tensor")`; the lookup happens at the first call.
package final class TorchOperator: @unchecked Sendable {
  /// Schema name and overload: `aten::add.Tensor`.
  package let name: String
  private let pointer: OpaquePointer
  private let call:
    @convention(c) (
      OpaquePointer, UnsafePointer<ctorch_value>?, Int64, UnsafeMutablePointer<ctorch_value>?,
      Int64,
      UnsafeMutablePointer<Int64>
    ) -> ctorch_status

  init(_ name: String, _ overload: String = "") {
    self.name = overload.isEmpty ? name : "\(name).\(overload)"
    let table = TorchLibrary.table.pointee
    var found: OpaquePointer?
    TorchLibrary.demand(table.operator_find(name, overload, &found), self.name)
    guard let found else { stop("\(self.name): the runtime found no such operator") }
    pointer = found
    call = table.operator_call
  }

  /// The operator's schema as libtorch prints it.
  var schema: String { String(cString: TorchLibrary.table.pointee.operator_schema(pointer)) }

  /// Calls the operator; it must have exactly one result, a tensor.
  ///
  /// - Parameter arguments: In the schema's order; those left out at the end take the schema's
  ///   defaults.
  /// - Returns: The result.
  func callAsFunction(_ arguments: TorchArgument...) -> Tensor {
    do { return try single(arguments) } catch { stop(error.description) }
  }

  /// Calls the operator as ``callAsFunction(_:)`` does, but throws what libtorch refuses.
  func attempt(_ arguments: TorchArgument...) throws(TensorError) -> Tensor {
    try single(arguments)
  }

  /// Calls an operator with several results or with a list as result; numbers among them become
  /// tensors of no axes.
  func results(_ arguments: TorchArgument...) -> [Tensor] { demanded(arguments) }

  /// Calls an operator as ``results(_:)`` does, but throws what libtorch refuses.
  func attemptResults(_ arguments: TorchArgument...) throws(TensorError) -> [Tensor] {
    try all(arguments)
  }

  /// Calls an operator for its effect on an argument.
  func perform(_ arguments: TorchArgument...) { _ = demanded(arguments) }

  private func demanded(_ arguments: [TorchArgument]) -> [Tensor] {
    do { return try all(arguments) } catch { stop(error.description) }
  }

  private func single(_ arguments: [TorchArgument]) throws(TensorError) -> Tensor {
    var result = ctorch_value()
    let count = try run(arguments, &result, capacity: 1)
    guard count == 1, result.tag == Int32(CTORCH_TENSOR), let pointer = result.pointer else {
      TorchLibrary.table.pointee.values_release(&result, count)
      throw .operationFailed(operation: name, reason: "the result is not one tensor")
    }
    let tensor = Tensor(owning: OpaquePointer(pointer))
    if OperatorTrace.isActive { OperatorTrace.current?.note(self, arguments, [tensor]) }
    return tensor
  }

  /// Calls the operator with arguments that were recorded.
  ///
  /// - Parameter arguments: In the schema's order.
  /// - Returns: All results.
  /// - Throws: What libtorch refuses.
  package func replay(_ arguments: [TorchArgument]) throws(TensorError) -> [Tensor] {
    try all(arguments)
  }

  private func all(_ arguments: [TorchArgument]) throws(TensorError) -> [Tensor] {
    let capacity = 16
    let values = UnsafeMutablePointer<ctorch_value>.allocate(capacity: capacity)
    defer { values.deallocate() }
    values.initialize(repeating: ctorch_value(), count: capacity)
    let count = try run(arguments, values, capacity: capacity)
    var tensors: [Tensor] = []
    for i in 0..<Int(count) { Self.adopt(&values[i], into: &tensors) }
    if OperatorTrace.isActive { OperatorTrace.current?.note(self, arguments, tensors) }
    return tensors
  }

  private static func adopt(_ value: inout ctorch_value, into tensors: inout [Tensor]) {
    switch Int(value.tag) {
    case CTORCH_TENSOR:
      if let pointer = value.pointer {
        tensors.append(Tensor(owning: OpaquePointer(pointer)))
      }
    case CTORCH_TENSOR_LIST:
      let handles = value.pointer?.assumingMemoryBound(to: OpaquePointer.self)
      for i in 0..<Int(value.count) {
        if let handle = handles?[i] { tensors.append(Tensor(owning: handle)) }
      }
      TorchLibrary.table.pointee.value_release_list(&value)
    case CTORCH_INT: tensors.append(Tensor([value.integer], shape: []))
    case CTORCH_DOUBLE: tensors.append(Tensor([value.real], shape: []))
    case CTORCH_BOOLEAN: tensors.append(Tensor([value.integer != 0], shape: []))
    default: TorchLibrary.table.pointee.values_release(&value, 1)
    }
  }

  private func run(
    _ arguments: [TorchArgument], _ results: UnsafeMutablePointer<ctorch_value>, capacity: Int
  ) throws(TensorError) -> Int64 {
    var resultCount: Int64 = 0
    let status = withUnsafeTemporaryAllocation(of: ctorch_value.self, capacity: arguments.count) {
      values in
      var memory = ArgumentMemory()
      for i in arguments.indices {
        values.initializeElement(at: i, to: memory.value(arguments[i]))
      }
      let status = call(
        pointer, values.baseAddress, Int64(arguments.count), results, Int64(capacity), &resultCount)
      _ = consume memory
      return status
    }
    withExtendedLifetime(arguments) {}
    try TorchLibrary.check(status, name)
    return resultCount
  }
}

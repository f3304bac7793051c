extension Tensor: CustomStringConvertible {
  /// Element type, shape and the first elements.
  public var description: String {
    let shown = 8
    let values: [String]
    switch elementType {
    case .bool: values = first(shown, Bool.self)
    case .uint8: values = first(shown, UInt8.self)
    case .int8: values = first(shown, Int8.self)
    case .int16: values = first(shown, Int16.self)
    case .int32: values = first(shown, Int32.self)
    case .int64: values = first(shown, Int64.self)
    case .float16: values = first(shown, Float16.self)
    case .float32: values = first(shown, Float.self)
    case .float64: values = first(shown, Double.self)
    case .bfloat16: values = converted(to: .float32).first(shown, Float.self)
    }
    let rest = count > shown ? ", …" : ""
    return "\(elementType) \(shape) [\(values.joined(separator: ", "))\(rest)]"
  }

  private func first<Element: TensorElement>(_ limit: Int, _ type: Element.Type) -> [String] {
    withUnsafeElements(of: type) { $0.prefix(limit).map { "\($0)" } }
  }
}

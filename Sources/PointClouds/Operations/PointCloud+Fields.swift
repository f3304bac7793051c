import Tensors

extension PointCloud {
  /// The points whose value of an attribute lies within a range, both ends included, or outside of it.
  ///
  /// - Parameters:
  ///   - attribute: Name of the attribute, for example `intensity`.
  ///   - component: Which of its numbers decides, from 0.
  ///   - range: Smallest and largest value.
  ///   - keepsInside: Whether points with values inside are chosen, else those with values outside; NaN is neither.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` when the cloud lacks the attribute or the component.
  public func filtered(
    by attribute: String, component: Int = 0, in range: ClosedRange<Double>,
    keepsInside: Bool = true, unchosen: UnchosenPoints = .leftOut
  ) throws -> PointCloud {
    let values = try numbers(component, of: attribute, operation: "field filter")
    var chosen: [Int32] = []
    for (i, value) in values.enumerated()
    where !value.isNaN && range.contains(value) == keepsInside {
      chosen.append(Int32(i))
    }
    return choosing(chosen, unchosen)
  }

  /// The points of some rings (scan lines) of a spinning sensor.
  ///
  /// - Parameters:
  ///   - rings: Numbers of the rings that are chosen; nil for all.
  ///   - step: Of these, every which ring is chosen: 2 takes the rings 0, 2, 4 and so on; 1 takes all.
  ///   - offset: The first ring of the step, from 0 to `step - 1`.
  ///   - attribute: Name of the attribute that holds the ring's number.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order.
  /// - Throws: ``PointCloudError/unsuitableInput(operation:reason:)`` when the cloud has no rings.
  public func choosingRings(
    _ rings: Set<Int>? = nil, every step: Int = 1, from offset: Int = 0,
    attribute: String = "ring", unchosen: UnchosenPoints = .leftOut
  ) throws -> PointCloud {
    precondition(step >= 1, "a step of \(step) rings is no step")
    let values = try numbers(0, of: attribute, operation: "ring filter")
    var chosen: [Int32] = []
    for (i, value) in values.enumerated() {
      guard let ring = Int(exactly: value), (ring &- offset) % step == 0 else { continue }
      if rings?.contains(ring) ?? true { chosen.append(Int32(i)) }
    }
    return choosing(chosen, unchosen)
  }

  /// One number of an attribute for every point.
  private func numbers(_ component: Int, of attribute: String, operation: String) throws
    -> [Double]
  {
    // Readers of empty clouds do not know their fields.
    if count == 0 { return [] }
    guard let values = attributes[attribute] else {
      let names = attributes.keys.sorted().joined(separator: ", ")
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason:
          "the cloud has no attribute '\(attribute)'; it has \(names.isEmpty ? "none" : names)")
    }
    let width = values.shape[1]
    guard component >= 0, component < width else {
      throw PointCloudError.unsuitableInput(
        operation: operation,
        reason: "'\(attribute)' has \(width) numbers a point, so none is number \(component)")
    }
    switch values.elementType {
    case .bool:
      let flags = values.array(of: Bool.self)
      return stride(from: component, to: flags.count, by: width).map { flags[$0] ? 1 : 0 }
    case .uint8: return Self.numbers(values, component, UInt8.self)
    case .int8: return Self.numbers(values, component, Int8.self)
    case .int16: return Self.numbers(values, component, Int16.self)
    case .int32: return Self.numbers(values, component, Int32.self)
    case .int64: return Self.numbers(values, component, Int64.self)
    case .float32: return Self.numbers(values, component, Float.self)
    case .float64: return Self.numbers(values, component, Double.self)
    case .float16, .bfloat16:
      throw PointCloudError.unsuitableInput(
        operation: operation, reason: "attributes of \(values.elementType) are not supported")
    }
  }

  private static func numbers<Element: TensorElement & CloudScalar>(
    _ values: Tensor, _ component: Int, _ type: Element.Type
  ) -> [Double] {
    let width = values.shape[1]
    return values.withUnsafeElements(of: Element.self) { source in
      [Double](unsafeUninitializedCapacity: values.shape[0]) { target, filled in
        filled = values.shape[0]
        for i in 0..<filled { target[i] = source[i * width + component].asDouble }
      }
    }
  }
}

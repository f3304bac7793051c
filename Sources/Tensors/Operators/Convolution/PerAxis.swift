/// Whole numbers for the spatial axes of a tensor: one for all (`stride: 2`) or one for each
/// (`stride: [2, 1]`).
public struct PerAxis: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// One number for all axes, or one for each, outermost first.
  public let numbers: [Int]

  /// The same number for all axes.
  ///
  /// - Parameter number: The number.
  public init(_ number: Int) { numbers = [number] }

  /// A number for each axis.
  ///
  /// - Parameter numbers: The numbers, outermost axis first.
  public init(_ numbers: [Int]) { self.numbers = numbers }

  /// The same number for all axes.
  ///
  /// - Parameter value: The number.
  public init(integerLiteral value: Int) { numbers = [value] }

  /// A number for each axis.
  ///
  /// - Parameter elements: The numbers, outermost axis first.
  public init(arrayLiteral elements: Int...) { numbers = elements }

  /// The numbers of so many axes.
  ///
  /// - Parameter axes: How many axes there are; as many as numbers, unless there is one number.
  /// - Returns: A number for each axis.
  public func expanded(to axes: Int) -> [Int] {
    if numbers.count == axes { return numbers }
    require(
      numbers.count == 1, "the numbers \(numbers) do not belong to \(axes) axes, one for each")
    return [Int](repeating: numbers[0], count: axes)
  }
}

extension PerAxis: Codable {
  /// Reads one number or a list of numbers.
  ///
  /// - Parameter decoder: Where to read.
  /// - Throws: A decoding error.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Int.self) {
      self.init(number)
    } else {
      self.init(try value.decode([Int].self))
    }
  }

  /// Writes one number or a list of numbers.
  ///
  /// - Parameter encoder: Where to write.
  /// - Throws: An encoding error.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    if numbers.count == 1 { try value.encode(numbers[0]) } else { try value.encode(numbers) }
  }
}

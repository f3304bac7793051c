/// Numbers in decimal text, read and written without locale and without Foundation.
enum NumberText {
  /// A number that a piece of text stands for.
  enum Value {
    /// A whole number: its magnitude and sign.
    case integer(UInt64, isNegative: Bool)
    /// Any other number, nearest Double; `nan` and `inf` included.
    case real(Double)
    /// The text is no number.
    case invalid
  }

  /// Powers of ten that a Double holds exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Reads the number that fills `text` completely.
  ///
  /// Exact: digits up to 2^53 and powers of ten up to 22 give one correctly rounded operation (Clinger, "How to read floating
  /// point numbers accurately", 1990); everything else goes to the standard library.
  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Value {
    var i = 0
    let end = text.count
    var isNegative = false
    if i < end, text[i] == UInt8(ascii: "-") || text[i] == UInt8(ascii: "+") {
      isNegative = text[i] == UInt8(ascii: "-")
      i += 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var significant = 0
    var exponent = 0
    var isWhole = true
    while i < end {
      let c = text[i]
      if c >= 48 && c <= 57 {
        digits += 1
        if significant < 19 {
          mantissa = mantissa &* 10 &+ UInt64(c &- 48)
          if mantissa > 0 { significant += 1 }
          if !isWhole { exponent -= 1 }
        } else {
          significant += 1
        }
      } else if c == UInt8(ascii: ".") && isWhole {
        isWhole = false
      } else {
        break
      }
      i += 1
    }
    if digits == 0 { return word(text, from: i, isNegative: isNegative) }
    if i < end, text[i] | 32 == UInt8(ascii: "e") {
      isWhole = false
      i += 1
      var isBelow = false
      if i < end, text[i] == UInt8(ascii: "-") || text[i] == UInt8(ascii: "+") {
        isBelow = text[i] == UInt8(ascii: "-")
        i += 1
      }
      var power = 0
      let first = i
      while i < end, text[i] >= 48, text[i] <= 57 {
        power = min(power * 10 + Int(text[i] - 48), 100_000)
        i += 1
      }
      if i == first { return .invalid }
      exponent += isBelow ? -power : power
    }
    if i != end { return .invalid }
    if significant <= 19 {
      if isWhole { return .integer(mantissa, isNegative: isNegative) }
      if mantissa <= 1 << 53 && abs(exponent) <= 22 {
        let value = Double(mantissa)
        let scaled = exponent < 0 ? value / powers[-exponent] : value * powers[exponent]
        return .real(isNegative ? -scaled : scaled)
      }
    }
    return Double(String(decoding: text, as: UTF8.self)).map { .real($0) } ?? .invalid
  }

  private static func word(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isNegative: Bool
  ) -> Value {
    guard text.count - start <= 8 else { return .invalid }
    switch String(decoding: text[start...], as: UTF8.self).lowercased() {
    case "nan": return .real(.nan)
    case "inf", "infinity": return .real(isNegative ? -.infinity : .infinity)
    default: return .invalid
    }
  }

  /// Stores a number as `type` at `target`; false when the type does not hold it.
  static func store(_ value: Value, as type: CloudScalarType, at target: UnsafeMutableRawPointer)
    -> Bool
  {
    switch type {
    case .float32:
      switch value {
      case .integer(let magnitude, let isNegative):
        let number = Float(magnitude)
        target.storeBytes(of: isNegative ? -number : number, as: Float.self)
      case .real(let number): target.storeBytes(of: Float(number), as: Float.self)
      case .invalid: return false
      }
      return true
    case .float64:
      switch value {
      case .integer(let magnitude, let isNegative):
        let number = Double(magnitude)
        target.storeBytes(of: isNegative ? -number : number, as: Double.self)
      case .real(let number): target.storeBytes(of: number, as: Double.self)
      case .invalid: return false
      }
      return true
    case .int8: return storeInteger(value, Int8.self, target)
    case .uint8: return storeInteger(value, UInt8.self, target)
    case .int16: return storeInteger(value, Int16.self, target)
    case .uint16: return storeInteger(value, UInt16.self, target)
    case .int32: return storeInteger(value, Int32.self, target)
    case .uint32: return storeInteger(value, UInt32.self, target)
    case .int64: return storeInteger(value, Int64.self, target)
    case .uint64: return storeInteger(value, UInt64.self, target)
    }
  }

  private static func storeInteger<Integer: FixedWidthInteger>(
    _ value: Value, _ type: Integer.Type, _ target: UnsafeMutableRawPointer
  ) -> Bool {
    let number: Integer?
    switch value {
    case .integer(let magnitude, isNegative: false): number = Integer(exactly: magnitude)
    case .integer(let magnitude, isNegative: true):
      number =
        magnitude == 1 << 63
        ? Integer(exactly: Int64.min)
        : Int64(exactly: magnitude).flatMap { Integer(exactly: -$0) }
    case .real(let real): number = Integer(exactly: real)
    case .invalid: number = nil
    }
    guard let number else { return false }
    target.storeBytes(of: number, as: Integer.self)
    return true
  }

  /// Appends the shortest text that reads back to the same number, without a trailing `.0`.
  static func append(
    _ value: some BinaryFloatingPoint & CustomStringConvertible, to text: inout [UInt8]
  ) {
    let digits = value.description.utf8
    text.append(contentsOf: digits)
    if text.count >= 2, text[text.count - 2] == UInt8(ascii: "."), text[text.count - 1] == 48 {
      text.removeLast(2)
    }
  }
}

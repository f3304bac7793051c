extension PathTemplate {
  /// Whether a path below the output folder has the form of this template, with a frame number from a range.
  ///
  /// - Parameters:
  ///   - path: The path below the output folder.
  ///   - frames: Frame numbers that count.
  /// - Returns: True when an earlier run may have written it.
  func matches(_ path: String, frames: ClosedRange<Int>) -> Bool {
    Self.matches(Array(path.utf8)[...], parts[...], frames)
  }

  private static func matches(
    _ text: ArraySlice<UInt8>, _ parts: ArraySlice<Part>, _ frames: ClosedRange<Int>
  ) -> Bool {
    guard let part = parts.first else { return text.isEmpty }
    let rest = parts.dropFirst()
    if case .literal(let literal) = part {
      let bytes = Array(literal.utf8)
      return text.starts(with: bytes) && matches(text.dropFirst(bytes.count), rest, frames)
    }
    var digits = text.prefix { (48...57).contains($0) || $0 == 45 }
    while !digits.isEmpty {
      if let number = Int(String(decoding: digits, as: UTF8.self)) {
        let counts: Bool
        if case .frame = part { counts = frames.contains(number) } else { counts = true }
        if counts, matches(text[digits.endIndex...], rest, frames) { return true }
      }
      digits = digits.dropLast()
    }
    return false
  }
}

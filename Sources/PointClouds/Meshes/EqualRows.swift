/// Rows of numbers that are equal, number by number; -0 equals 0, and NaN of one bit pattern equals itself.
enum EqualRows {
  /// Finds equal rows.
  ///
  /// - Parameters:
  ///   - values: The rows, one after the other.
  ///   - width: Numbers in a row, at least 1.
  /// - Returns: For each row the number of its class, and for each class its first row; classes are numbered by first rows.
  static func find(_ values: [Float], width: Int) -> (owners: [Int32], firsts: [Int]) {
    let words = values.map { $0 == 0 ? 0 : UInt64($0.bitPattern) }
    return find(words, width: width)
  }

  /// Finds equal rows of Doubles.
  static func find(_ values: [Double], width: Int) -> (owners: [Int32], firsts: [Int]) {
    let words = values.map { $0 == 0 ? 0 : $0.bitPattern }
    return find(words, width: width)
  }

  private static func find(_ words: [UInt64], width: Int) -> (owners: [Int32], firsts: [Int]) {
    let count = words.count / width
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    var slots = [Int32](repeating: -1, count: capacity)
    var firsts: [Int] = []
    var owners = [Int32](repeating: 0, count: count)
    words.withUnsafeBufferPointer { words in
      slots.withUnsafeMutableBufferPointer { slots in
        for row in 0..<count {
          var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
          for k in 0..<width {
            hash = (hash ^ words[row * width + k]) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
          }
          var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (capacity - 1)
          while slots[slot] >= 0 {
            let first = firsts[Int(slots[slot])]
            var isEqual = true
            for k in 0..<width {
              isEqual = isEqual && words[row * width + k] == words[first * width + k]
            }
            if isEqual { break }
            slot = (slot + 1) & (capacity - 1)
          }
          if slots[slot] < 0 {
            slots[slot] = Int32(truncatingIfNeeded: firsts.count)
            firsts.append(row)
          }
          owners[row] = slots[slot]
        }
      }
    }
    return (owners, firsts)
  }
}

/// Marc Lehmann's LZF compression, as PCD files use it.
///
/// A stream is a row of commands. A first byte below 32 announces that many literal bytes plus one. Otherwise its upper three
/// bits are a length (7: the next byte is added), its lower five bits and the following byte a distance less one: copy length
/// plus two bytes from that far back in the output.
enum LZF {
  private static let hashBits = 14
  private static let maxDistance = 1 << 13
  private static let maxMatch = 264
  private static let maxLiterals = 32

  /// The most output that `count` bytes of a stream can make.
  static func maximumExpansion(of count: Int) -> Int { count / 3 * maxMatch + 64 }

  /// Decompresses a whole stream.
  ///
  /// - Parameters:
  ///   - stream: The compressed bytes.
  ///   - count: The number of bytes that must come out.
  /// - Returns: The bytes, or nil when the stream is corrupt or makes another number of bytes.
  static func decompress(_ stream: UnsafeBufferPointer<UInt8>, count: Int) -> [UInt8]? {
    guard count <= maximumExpansion(of: stream.count) else { return nil }
    var isSound = true
    let output = [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
      var source = 0
      var target = 0
      while source < stream.count {
        let control = Int(stream[source])
        source += 1
        if control < 32 {
          let length = control + 1
          guard source + length <= stream.count, target + length <= count else { break }
          for k in 0..<length { memory[target + k] = stream[source + k] }
          source += length
          target += length
        } else {
          var length = control >> 5
          guard source + (length == 7 ? 1 : 0) < stream.count else { break }
          if length == 7 {
            length += Int(stream[source])
            source += 1
          }
          length += 2
          let from = target - ((control & 31) << 8 | Int(stream[source])) - 1
          source += 1
          guard from >= 0, target + length <= count else { break }
          for k in 0..<length { memory[target + k] = memory[from + k] }
          target += length
        }
        if source == stream.count && target == count {
          filled = count
          return
        }
      }
      isSound = count == 0 && stream.isEmpty
      filled = 0
    }
    return isSound ? output : nil
  }

  /// Compresses bytes; what does not shrink is kept as literal runs, which adds one byte in 32 at most.
  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.count
    let capacity = count + count / maxLiterals + 2
    var lastSeen = [Int32](repeating: -1, count: 1 << hashBits)
    return [UInt8](unsafeUninitializedCapacity: capacity) { memory, filled in
      bytes.withUnsafeBufferPointer { input in
        lastSeen.withUnsafeMutableBufferPointer { table in
          var target = 0
          var literalStart = 0
          var i = 0
          func flush(upTo end: Int) {
            while literalStart < end {
              let length = min(maxLiterals, end - literalStart)
              memory[target] = UInt8(length - 1)
              for k in 0..<length { memory[target + 1 + k] = input[literalStart + k] }
              target += length + 1
              literalStart += length
            }
          }
          while i + 2 < count {
            let word = UInt32(input[i]) << 16 | UInt32(input[i + 1]) << 8 | UInt32(input[i + 2])
            let slot = Int((word &* 2_654_435_761) >> (32 - UInt32(hashBits)))
            let candidate = Int(table[slot])
            table[slot] = Int32(truncatingIfNeeded: i)
            let distance = i - candidate - 1
            guard candidate >= 0, distance >= 0, distance < maxDistance,
              input[candidate] == input[i], input[candidate + 1] == input[i + 1],
              input[candidate + 2] == input[i + 2]
            else {
              i += 1
              continue
            }
            var length = 3
            let limit = min(maxMatch, count - i)
            while length < limit && input[candidate + length] == input[i + length] { length += 1 }
            flush(upTo: i)
            let code = length - 2
            if code < 7 {
              memory[target] = UInt8(code << 5 | distance >> 8)
              target += 1
            } else {
              memory[target] = UInt8(7 << 5 | distance >> 8)
              memory[target + 1] = UInt8(code - 7)
              target += 2
            }
            memory[target] = UInt8(distance & 255)
            target += 1
            i += length
            literalStart = i
          }
          flush(upTo: count)
          filled = target
        }
      }
    }
  }
}

import Foundation
import TestSupport
import Testing

@testable import SensorLogs

struct RandomAccessFileTests {
  private let folder: TemporaryFolder
  private let file: RandomAccessFile

  init() throws {
    folder = try TemporaryFolder()
    try Data(0..<10).write(to: URL(fileURLWithPath: folder.file("ten")))
    file = try RandomAccessFile(folder.file("ten"))
  }

  @Test func `an exact read gives all bytes or an error`() throws {
    #expect(file.byteCount == 10)
    #expect(try file.read(at: 3, count: 4) == [3, 4, 5, 6])
    #expect(try file.read(at: 10, count: 0) == [])
    for (offset, count) in [(7, 4), (11, 0), (-1, 2), (0, -1), (1, Int.max), (Int.max, 1)] {
      #expect(throws: FormatProblem.self, "\(offset) \(count)") {
        try file.read(at: offset, count: count)
      }
    }
  }

  @Test func `a read of at most so many bytes gives those that are there`() throws {
    #expect(try file.read(at: 3, atMost: 4) == [3, 4, 5, 6])
    #expect(try file.read(at: 7, atMost: Int.max) == [7, 8, 9])
    for (offset, count) in [(10, 1), (Int.max, 1), (-1, 2), (0, 0), (0, -1)] {
      #expect(try file.read(at: offset, atMost: count) == [], "\(offset) \(count)")
    }
  }

  @Test func `what became shorter is noticed`() throws {
    #expect(truncate(folder.file("ten"), 5) == 0)
    #expect(try file.read(at: 3, atMost: 4) == [3, 4])
    #expect(throws: FormatProblem.self) { try file.read(at: 3, count: 4) }
  }

  @Test func `only regular files open`() throws {
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    for (name, problem) in [
      ("pipe", "is not a regular file"), ("", "is not a regular file"), ("none", "is missing"),
    ] {
      let error = #expect(throws: LogError.self) { try RandomAccessFile(folder.file(name)) }
      #expect(error?.problem == problem, "'\(name)'")
      #expect(error?.kind == .unreadable)
    }
  }

  @Test func `the checksum of a range equals that of its bytes`() throws {
    let bytes = (0..<(2 << 20) + 77).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file("large")))
    let large = try RandomAccessFile(folder.file("large"))
    for range in [5..<5, 5..<6, 3..<(1 << 20) + 3, 1..<bytes.count] {
      var crc = CRC32()
      try crc.update(with: range, of: large)
      #expect(crc.value == CRC32().updated(with: bytes[range]).value, "\(range)")
    }
    var crc = CRC32()
    #expect(throws: FormatProblem.self) { try crc.update(with: 0..<(bytes.count + 1), of: large) }
  }
}

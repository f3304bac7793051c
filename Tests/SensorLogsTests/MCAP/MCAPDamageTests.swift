import Foundation
import TestSupport
import Testing

@testable import SensorLogs

/// The damaged MCAP files of the shared recordings against what must hold for each.
struct MCAPDamageTests {
  struct Expectation: Sendable, CustomStringConvertible {
    var name: String
    var exitCodes: [Int]
    var readable: ClosedRange<Int>
    var words: [String]
    var decodable: Int?
    var description: String { name }
  }

  static let expectations: [Expectation] = {
    let path = SharedData.path("damaged/expectations.json")
    guard let data = FileManager.default.contents(atPath: path),
      let all = try? JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    else { return [] }
    return all.filter { $0.value["kind"] as? String == "mcap" }.map { name, entry in
      let least = entry["readable_messages"] as? Int ?? 0
      return Expectation(
        name: name,
        exitCodes: [entry["exit_code"] as? Int ?? 0] + (entry["also_accept"] as? [Int] ?? []),
        readable: least...max(least, entry["readable_messages_max"] as? Int ?? least),
        words: entry["must_report"] as? [String] ?? [],
        decodable: entry["decodable_messages"] as? Int)
    }.sorted { $0.name < $1.name }
  }()

  @Test(.enabled(if: SharedData.isPresent, "the recordings are absent"), arguments: expectations)
  func `damage costs no more than it must and is reported`(_ expected: Expectation) throws {
    let path = SharedData.path("damaged/" + expected.name)
    let log: any RecordedLog
    do {
      log = try MCAPLog(path)
    } catch let error as LogError {
      #expect(error.kind == .unreadable)
      #expect(expected.exitCodes.contains(5), "\(error)")
      for word in expected.words { #expect(matches(error.description, word), "\(error)") }
      return
    }
    let inspection = try log.inspect()
    let counted = inspection.streams.compactMap(\.messageCount).reduce(0, +)
    let cursor = try log.messages(LogSelection())
    var (delivered, decoded) = (0, 0)
    var reports = inspection.damage.map(\.description)
    while let message = try cursor.next() {
      delivered += 1
      guard expected.decodable != nil else { continue }
      do {
        _ = try message.decoded()
        decoded += 1
      } catch let error as LogError {
        #expect(error.kind == .undecodable)
        reports.append(error.description)
      }
    }
    reports += cursor.damage.map(\.description)
    let said = reports.joined(separator: "\n")
    #expect(expected.readable.contains(delivered), "\(delivered) messages, \(said)")
    #expect(counted == delivered, "inspect counts \(counted), the cursor delivers \(delivered)")
    #expect(expected.exitCodes.contains(reports.isEmpty ? 0 : 3), "\(said)")
    if !reports.isEmpty {
      for word in expected.words { #expect(matches(said, word), "/\(word)/ is not in: \(said)") }
    }
    if let decodable = expected.decodable { #expect(decoded == decodable, "\(said)") }
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    text.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil
  }
}

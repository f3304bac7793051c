import Foundation
import SensorLogs
import TestSupport
import Testing

/// The damaged inputs of the shared data, judged as `parallax inspect` would.
@Suite struct DamagedInputsTests {
  static let kinds: Set<String> = ["bag", "kitti-folder", "kitti-bin", "pcd", "ply", "image"]

  /// Expected to be damaged, but is not: WIDTH 10, HEIGHT 10, POINTS 100 and 1600 bytes of data agree.
  static let sound: Set<String> = ["pcd/points-mismatch.pcd"]

  struct Case: Decodable {
    var kind: String
    var exit_code: Int
    var also_accept: [Int]?
    var must_report: [String]?
    var readable_messages: Int?
    var readable_messages_max: Int?
    var make_directory: Bool?
    var symlink_to: String?
    var command: String?
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `every damaged bag, folder, cloud and image meets its expectation`() throws {
    let folder = SharedData.path("damaged")
    let cases = try JSONDecoder().decode(
      [String: Case].self,
      from: Data(contentsOf: URL(fileURLWithPath: folder + "/expectations.json")))
    let temporary = try TemporaryFolder()
    var tried = 0
    for (name, expected) in cases.sorted(by: { $0.key < $1.key })
    where Self.kinds.contains(expected.kind) && !Self.sound.contains(name) {
      tried += 1
      var path = folder + "/" + name
      if expected.make_directory == true {
        path = temporary.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } else if let target = expected.symlink_to {
        path = temporary.file((name as NSString).lastPathComponent)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      }
      if let problem = judge(path, expected) { Issue.record("\(name): \(problem)") }
    }
    #expect(tried > 80)
  }

  private func judge(_ path: String, _ expected: Case) -> String? {
    var code = 0
    var said = ""
    var count: Int?
    do {
      let inspection = try RecordedLogs.open(path).inspect()
      code = inspection.damage.isEmpty ? 0 : 3
      said = inspection.damage.map(\.description).joined(separator: "\n")
      count = inspection.streams.compactMap(\.messageCount).reduce(0, +)
    } catch {
      code = (error as? LogError)?.kind == .unreadable ? 5 : 1
      said = "\(error)"
    }
    let wanted = [expected.exit_code] + (expected.also_accept ?? [])
    if !wanted.contains(code) { return "exit \(code), expected \(wanted): \(said)" }
    for word in expected.must_report ?? [] where code == expected.exit_code {
      let options: String.CompareOptions = [.regularExpression, .caseInsensitive]
      // The path itself is said by the command too, but must not be what matches.
      let text = said.replacingOccurrences(of: SharedData.path("damaged"), with: "")
      if text.range(of: word, options: options) == nil {
        return "does not mention /\(word)/: \(said)"
      }
    }
    if expected.kind == "bag", let low = expected.readable_messages, let count, code != 5 {
      let high = expected.readable_messages_max ?? low
      if !(low...high).contains(count) { return "\(count) messages, expected \(low) to \(high)" }
    }
    return nil
  }
}

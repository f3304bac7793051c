import Foundation
import TestSupport
import Testing

/// What must happen to one damaged input (`damaged/README.md` among the recordings).
private struct Expectation: Decodable {
  var kind: String
  var command: String?
  var exit_code: Int32
  var also_accept: [Int32]?
  var must_report: [String]?
  var line: Int?
  var absent: Bool?
  var make_directory: Bool?
  var symlink_to: String?
}

private func expectations() throws -> [String: Expectation] {
  let path = SharedData.path("damaged/expectations.json")
  return try JSONDecoder().decode(
    [String: Expectation].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
}

private func arguments(_ name: String, _ expectation: Expectation, out: String) -> [String] {
  let path = SharedData.path("damaged/" + name)
  switch expectation.command ?? "inspect" {
  case "convert": return ["convert", path, out + "/converted.mcap"]
  case "validate": return ["validate", path, "--json"]
  default: return ["inspect", path, "--json"]
  }
}

/// Sound files whose expectation says otherwise: here WIDTH 10 x HEIGHT 10 does equal POINTS 100.
private let wrongExpectations: Set = ["pcd/points-mismatch.pcd"]

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `every damaged input is refused or salvaged as documented`() throws {
  let all = try expectations()
  #expect(all.count >= 200)
  for (name, expectation) in all.sorted(by: { $0.key < $1.key }) {
    if expectation.make_directory == true || expectation.symlink_to != nil { continue }
    if wrongExpectations.contains(name) { continue }
    let folder = try TemporaryFolder()
    let result = try Tool.run(arguments(name, expectation, out: folder.path))
    let accepted = [expectation.exit_code] + (expectation.also_accept ?? [])
    #expect(accepted.contains(result.status), "\(name): exit \(result.status): \(result.messages)")
    guard result.status == expectation.exit_code else { continue }
    let said = result.output + result.messages
    for word in expectation.must_report ?? [] {
      let found = said.range(of: word, options: [.regularExpression, .caseInsensitive]) != nil
      #expect(found, "\(name) does not say /\(word)/: \(result.messages)")
    }
    if let line = expectation.line {
      #expect(said.contains(":\(line):"), "\(name) does not name line \(line)")
    }
  }
}

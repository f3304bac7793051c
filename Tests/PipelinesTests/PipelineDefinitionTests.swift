import Configuration
import Foundation
import Pipelines
import SensorLogs
import TestSupport
import Testing

private let valid = """
  name: stereo-depth
  inputs:
    left:  { topic: /left,  type: image }
    right: { topic: /right, type: image }
  sync: { policy: nearest, tolerance: 5ms }
  stages:
    - { id: rectified, use: stereo.rectify, from: [left, right] }
    - { id: disparity, use: stereo.sgm, from: rectified, with: { max_disparity: 128 } }
    - { id: depth, use: depth.from_disparity, from: disparity }
  outputs:
    - { from: depth, to: png16, path: "depth/{frame:06}.png" }
  """

private func check(
  _ text: String, overrides: [String] = [], log: [LogStream]? = nil
) throws -> PipelinePlan {
  let definition = try PipelineDefinition.load(
    bytes: Array(text.utf8), file: "p.yaml", overrides: overrides)
  return try definition.check(
    against: StereoStandIns.catalogue, formats: StereoStandIns.formats, log: log)
}

private func mistakes(
  _ changes: [String: String] = [:], overrides: [String] = [], log: [LogStream]? = nil
) -> [String] {
  var text = valid
  for (old, new) in changes {
    #expect(text.contains(old))
    text = text.replacingOccurrences(of: old, with: new)
  }
  do {
    _ = try check(text, overrides: overrides, log: log)
    return []
  } catch { return (error as? ConfigurationErrors)?.errors.map(\.description) ?? ["\(error)"] }
}

@Suite struct PipelineDefinitionTests {
  @Test func `a valid definition is read as written`() throws {
    let definition = try check(valid).definition
    #expect(definition.name == "stereo-depth")
    #expect(definition.inputs.map(\.name) == ["left", "right"])
    #expect(definition.sync.toleranceNanoseconds == 5_000_000)
    #expect(
      definition.stages.map(\.use) == ["stereo.rectify", "stereo.sgm", "depth.from_disparity"])
    #expect(
      definition.outputs[0].path.path(frame: 7, timestamp: .init(nanoseconds: 0))
        == "depth/000007.png")
    #expect(definition.errorBudget == .fraction(0.1))
  }

  @Test(arguments: [
    (
      "use: stereo.sgm", "use: stereo.sgmm",
      "8:27: error: unknown stage 'stereo.sgmm' (did you mean 'stereo.sgm'?)"
    ),
    (
      "max_disparity", "max_disparty",
      "8:64: error: unknown parameter 'max_disparty' (did you mean 'max_disparity'?)"
    ),
    (
      "max_disparity: 128", "max_disparity: 100",
      "error: stage 'disparity': max_disparity must be a multiple of 16"
    ),
    (
      "from: disparity }", "from: disparityy }",
      "9:51: error: 'depth' reads 'disparityy', which is no input or stage (did you mean 'disparity'?)"
    ),
    (
      "from: disparity }", "from: rectified }",
      "9:51: error: type mismatch: 'rectified' yields stereo_pair, but port 'disparity' of 'depth' (depth.from_disparity) takes disparity"
    ),
    (
      "[left, right]", "[left]",
      "7:11: error: stage 'rectified': port 'right' (image) of stereo.rectify is not connected"
    ),
    (
      "[left, right]", "[left, right, left]",
      "7:63: error: stage 'rectified': stereo.rectify takes 2 input(s), not 3"
    ),
    (
      "[left, right]", "{ left: left, rigt: right }",
      "7:63: error: stereo.rectify has no port 'rigt' (did you mean 'right'?)"
    ),
    (
      "id: depth", "id: disparity",
      "9:11: error: duplicate id 'disparity': the stage in line 8 already has it"
    ),
    (
      "id: depth", "id: left",
      "9:11: error: duplicate id 'left': the input in line 3 already has it"
    ),
    ("use: depth.from_disparity, ", "", "9:5: error: 'use' is missing"),
    (
      "from: rectified", "from: depth",
      "8:11: error: cycle: the stages wait for each other: disparity <- depth <- disparity"
    ),
    (
      "from: rectified", "from: disparity",
      "8:11: error: cycle: stage 'disparity' reads from itself"
    ),
    ("stages:", "stagess:", "6:1: error: unknown key 'stagess' (did you mean 'stages'?)"),
    (
      "to: png16", "to: png17",
      "11:24: error: unknown output format 'png17' (did you mean 'png16'?)"
    ),
    (
      "from: depth, to", "from: left, to",
      "11:23: error: type mismatch: 'left' yields image, but format png16 takes depth, disparity"
    ),
    ("depth/{frame:06}.png", "../{frame:06}.png", "leads outside the output folder"),
    ("depth/{frame:06}.png", "/tmp/{frame:06}.png", "leads outside the output folder"),
    ("depth/{frame:06}.png", "depth.png", "every frame would write 'depth.png'"),
    (
      "depth/{frame:06}.png", "d/{fram}.png", "unknown placeholder '{fram}' (did you mean 'frame'?)"
    ),
    ("depth/{frame:06}.png", "d/{frame:6x}.png", "write {frame} or {frame:06}"),
    ("depth/{frame:06}.png", "d/{frame.png", "brace without its partner"),
    ("depth/{frame:06}.png", "run.json", "is used by Parallax itself"),
    (
      "to: png16, path: \"depth/{frame:06}.png\"", "to: lines, path: \"{frame}.txt\"",
      "writes one file for the whole run"
    ),
    (
      "policy: nearest", "policy: sometimes",
      "5:17: error: 'policy': expected one of exact, nearest, found 'sometimes'"
    ),
    (
      "tolerance: 5ms", "tolerance: 5 parsecs",
      "'tolerance': 'parsecs' in the duration '5 parsecs' is no unit of time"
    ),
    (", tolerance: 5ms", "", "'tolerance' is missing"),
    (
      "type: image }\n  right", "type: imag }\n  right",
      "3:33: error: unknown type 'imag' of input 'left' (did you mean 'image'?)"
    ),
    ("topic: /left, ", "topic: /left, mach: each, ", "unknown key 'mach' (did you mean 'match'?)"),
    ("name: stereo-depth", "seed: -1\nname: a", "'seed': -1 is negative"),
    ("name: stereo-depth", "error_budget: 1.5\nname: a", "'error_budget': expected a share"),
    ("name: stereo-depth", "nam: a", "'name' is missing (is 'nam' a misspelling of it?)"),
  ])
  func `each mistake is named with its place and the nearest name`(
    old: String, new: String, expected: String
  ) {
    let found = mistakes([old: new])
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func `all mistakes are reported at once, in the order of the text`() {
    let found = mistakes([
      "policy: nearest": "policy: sometimes", "use: stereo.sgm": "use: stereo.sgmm",
      "to: png16": "to: png17",
    ])
    #expect(found.count == 3)
    #expect(found.map { $0.prefix(9) } == ["p.yaml:5:", "p.yaml:8:", "p.yaml:11"])
  }

  @Test func `two outputs must not write one path`() {
    let twice = valid + "\n  - { from: disparity, to: png16, path: \"depth/{frame:06}.png\" }"
    #expect(throws: ConfigurationErrors.self) { try check(twice) }
  }

  @Test func `unused results are warnings`() throws {
    let text = valid.replacingOccurrences(of: "from: depth, to", with: "from: disparity, to")
    let warnings = try check(text).warnings
    #expect(
      warnings.map { $0.text(severity: "warning") } == [
        "p.yaml:9:11: warning: nothing uses the result of stage 'depth'"
      ])
  }

  @Test func `stages may be written in any order`() throws {
    var lines = valid.split(separator: "\n").map(String.init)
    lines.swapAt(6, 8)
    #expect(try check(lines.joined(separator: "\n")).warnings.isEmpty)
  }

  @Test func `the log must hold the topics with the declared types`() throws {
    let left = LogStream(topic: "/left", type: "sensor_msgs/msg/Image", payloadType: "image")
    let right = LogStream(topic: "/rigth", type: "sensor_msgs/msg/Image", payloadType: "image")
    let missing = mistakes(log: [left, right])
    #expect(
      missing == [
        "p.yaml:4:19: error: the log has no topic '/right' for input 'right' (did you mean '/rigth'? "
          + "the log's topics: /left (image), /rigth (image))"
      ])
    let cloud = LogStream(
      topic: "/right", type: "sensor_msgs/msg/PointCloud2", payloadType: "cloud")
    #expect(mistakes(log: [left, cloud])[0].contains("declared as image, but topic '/right'"))
    do { _ = try check(valid, log: [left]) } catch let errors as ConfigurationErrors {
      #expect(errors.isOnlyMissing)
    }
  }

  @Test func `overrides change settings and are checked like text`() throws {
    let changed = try check(valid, overrides: ["disparity.max_disparity=64", "sync.tolerance=1ms"])
    #expect(changed.definition.sync.toleranceNanoseconds == 1_000_000)
    #expect(
      mistakes(overrides: ["disparity.max_disparity=many"]) == [
        "--set disparity.max_disparity=many: error: 'max_disparity': expected a whole number, found "
          + "'many'"
      ])
    #expect(
      mistakes(overrides: ["disparty.max_disparity=64"])[0].contains("did you mean 'disparity'?"))
    #expect(mistakes(overrides: ["depth"])[0].contains("has no '='"))
    #expect(mistakes(overrides: ["depth=1"])[0].contains("names no setting"))
    #expect(mistakes(overrides: ["depth.x=[1"])[0].contains("no valid YAML"))
    #expect(
      try check(valid, overrides: ["inputs.left.topic=/other"]).definition.inputs[0].topic
        == "/other")
  }

  @Test func `no change of bytes makes reading and checking crash`() {
    var state: UInt64 = 3
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return Int((state >> 33) % UInt64(bound))
    }
    let letters = Array("{}[]:,-&*!|>'\"#%@`~\n\t \0\u{7F}09.e+é".utf8)
    for _ in 0..<1500 {
      var bytes = Array(valid.utf8)
      for _ in 0...next(4) {
        let place = next(bytes.count)
        switch next(4) {
        case 0: bytes[place] = letters[next(letters.count)]
        case 1: bytes.insert(letters[next(letters.count)], at: place)
        case 2: bytes.remove(at: place)
        default: bytes[place] = UInt8(next(256))
        }
      }
      do {
        _ = try PipelineDefinition.load(bytes: bytes, file: "p.yaml")
          .check(against: StereoStandIns.catalogue, formats: StereoStandIns.formats)
      } catch { #expect(error is ConfigurationErrors) }
    }
  }

  private struct Expectation: Decodable {
    var kind: String
    var exit_code: Int
    var also_accept: [Int]?
    var must_report: [String]?
    var line: Int?
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `every damaged definition is refused as expected`() throws {
    let folder = SharedData.path("damaged")
    let data = try #require(FileManager.default.contents(atPath: folder + "/expectations.json"))
    let cases = try JSONDecoder().decode([String: Expectation].self, from: data)
      .filter { $0.value.kind == "yaml" }
    #expect(cases.count == 40)
    for (name, expected) in cases.sorted(by: { $0.key < $1.key }) {
      var printed = ""
      var code = 0
      do {
        let definition = try PipelineDefinition.load(path: folder + "/" + name)
        _ = try definition.check(against: StereoStandIns.catalogue, formats: StereoStandIns.formats)
      } catch {
        printed = "\(error)"
        code = (error as? ConfigurationErrors)?.isOnlyMissing == true ? 5 : 4
      }
      #expect(([expected.exit_code] + (expected.also_accept ?? [])).contains(code), "\(name)")
      guard code == expected.exit_code else { continue }
      for word in expected.must_report ?? [] {
        let found = printed.range(of: word, options: [.regularExpression, .caseInsensitive])
        #expect(found != nil, "\(name): \(printed)")
      }
      if let line = expected.line { #expect(printed.contains(":\(line):"), "\(name): \(printed)") }
    }
  }
}

@Suite struct PathTemplateTests {
  @Test func `placeholders are filled`() throws {
    let definition = try check(
      valid.replacingOccurrences(of: "depth/{frame:06}.png", with: "{timestamp}/a-{frame}.png")
    ).definition
    let path = definition.outputs[0].path
    #expect(path.path(frame: 1234, timestamp: Timestamp(nanoseconds: 56)) == "56/a-1234.png")
  }
}

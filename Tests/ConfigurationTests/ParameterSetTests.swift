import Configuration
import Testing

private enum Method: String, CaseIterable, ParameterValue {
  case block
  case semiGlobal = "semi_global"
}

private struct Beam: ParameterSet, ParameterValue {
  @Parameter("Elevation, degrees", in: -90...90) var elevation = 0.0
}

private struct Sample: ParameterSet {
  @Parameter("Edge of a voxel, metres", in: 0.001...100) var voxelSize = 0.1
  @Parameter("Number of disparities", in: 1...4096) var maxDisparity = 64
  @Parameter("Axis", choices: ["x", "y", "z"]) var axis = "z"
  @Parameter("How to match") var method = Method.block
  @Parameter("Whether to smooth") var smooth = false
  @Parameter("Limit, if any") var limit: Double? = nil
  @Parameter("Corners") var corners: [Double] = []
  @Parameter("Longest gap") var maxGap = Duration.milliseconds(5)
  @Parameter("Beams") var beams: [Beam] = []
  @Parameter("Lowest overlap") var minIoU = 0.5
}

private func read(_ text: String) throws -> Sample {
  try Sample(settings: YAMLNode(text: text, file: "p.yaml"))
}

private func mistakes(_ text: String) -> [String] {
  do {
    _ = try read(text)
    return []
  } catch { return (error as? ConfigurationErrors)?.errors.map(\.description) ?? ["\(error)"] }
}

@Suite struct ParameterSetTests {
  @Test func `settings are read by their snake case names`() throws {
    let sample = try read(
      """
      voxel_size: 2
      max_disparity: 128
      axis: x
      method: semi_global
      smooth: true
      limit: 1e3
      corners: [1, 2.5]
      max_gap: 0.1s
      beams: [{ elevation: 3 }, {}]
      min_iou: 0.25
      """)
    #expect(sample.voxelSize == 2)
    #expect(sample.maxDisparity == 128)
    #expect(sample.axis == "x")
    #expect(sample.method == .semiGlobal)
    #expect(sample.smooth)
    #expect(sample.limit == 1000)
    #expect(sample.corners == [1, 2.5])
    #expect(sample.maxGap == .milliseconds(100))
    #expect(sample.beams.map(\.elevation) == [3, 0])
    #expect(sample.minIoU == 0.25)
  }

  @Test func `what is left out keeps its default and sets do not share memory`() throws {
    let changed = try read("voxel_size: 2")
    #expect(changed.maxDisparity == 64)
    #expect(Sample().voxelSize == 0.1)
    var copy = changed
    copy.voxelSize = 3
    #expect(changed.voxelSize == 2)
  }

  @Test func `every mistake is reported at its line`() {
    #expect(
      mistakes("max_disparty: 1\nvoxel_size: many\naxis: w\nmethod: blok\nsmooth: no\n") == [
        "p.yaml:1:1: error: unknown parameter 'max_disparty' (did you mean 'max_disparity'?)",
        "p.yaml:2:13: error: 'voxel_size': expected a number, found 'many'",
        "p.yaml:3:7: error: 'axis': 'w' is none of x, y, z (did you mean 'x'?)",
        "p.yaml:4:9: error: 'method': expected one of block, semi_global, found 'blok'"
          + " (did you mean 'block'?)",
        "p.yaml:5:9: error: 'smooth': expected a truth value, found 'no' (write true or false)",
      ])
  }

  @Test func `numbers outside the range, of the wrong form or too large are refused`() {
    #expect(mistakes("max_disparity: 0")[0].contains("out of range (allowed: 1 to 4096)"))
    #expect(mistakes("max_disparity: 1e3")[0].contains("expected a whole number"))
    #expect(mistakes("max_disparity: 5.0")[0].contains("expected a whole number"))
    #expect(mistakes("max_disparity: 1000000000000000000000000000000")[0].contains("too large"))
    #expect(mistakes("voxel_size: .nan")[0].contains("finite"))
    #expect(mistakes("voxel_size: 1e999")[0].contains("too large"))
    #expect(mistakes("max_disparity: [1, 2]")[0].contains("'max_disparity': expected a whole"))
    #expect(mistakes("corners: [1, x, y]").count == 2)
    #expect(mistakes("beams: [{ elevation: 91 }]")[0].contains("elevation"))
    #expect(mistakes("- 1")[0].contains("a mapping of settings"))
    #expect(mistakes("voxel_size: ")[0].contains("found nothing"))
  }

  @Test func `durations need a known unit and are not negative`() throws {
    let nanoseconds = { (text: String) throws in
      try YAMLNode(text: text, file: "").value(as: Duration.self).nanoseconds
    }
    #expect(try nanoseconds("5ms") == 5_000_000)
    #expect(try nanoseconds("0.1s") == 100_000_000)
    #expect(try nanoseconds("10us") == 10_000)
    #expect(try nanoseconds("2min") == 120_000_000_000)
    #expect(try nanoseconds("1.5 h") == 5_400_000_000_000)
    #expect(try nanoseconds("0") == 0)
    for text in ["5", "-5ms", "5 parsecs", "ms", "fast", "1e300s", "400000h0", "3000000h"] {
      #expect(throws: ConfigurationErrors.self, "\(text)") { try nanoseconds(text) }
    }
    #expect(Duration.microseconds(1500).parameterText == "1500us")
  }

  @Test func `settings describe themselves`() {
    let all = Sample.parameterDescriptions
    #expect(all.map(\.name).prefix(3) == ["voxel_size", "max_disparity", "axis"])
    #expect(all[0].typeName == "number" && all[0].range == 0.001...100)
    #expect(all[0].defaultValue == .number(0.1))
    #expect(all[3].choices == ["block", "semi_global"])
    #expect(all[0].summary == "Edge of a voxel, metres")
  }

  @Test func `canonical values are sorted and complete`() throws {
    let text = try read("voxel_size: 2\nbeams: [{}]").canonicalJSON.compact
    #expect(
      text
        == #"{"axis":"z","beams":[{"elevation":0}],"corners":[],"limit":null,"max_disparity":64,"#
        + #""max_gap":"5ms","method":"block","min_iou":0.5,"smooth":false,"voxel_size":2}"#)
  }
}

@Suite struct YAMLMappingTests {
  @Test func `readers name the key and its place`() throws {
    let node = try YAMLNode(text: "fx: 1\nfy: wide\nname: ~\n", file: "c.yaml")
    let mapping = try node.requireMapping()
    #expect(try mapping.required("fx", as: Double.self) == 1)
    #expect(try mapping.optional("name", as: String.self) == nil)
    #expect(try mapping.optional("cx", default: 3.0) == 3)
    let message = { (read: () throws -> Void) -> String in
      do {
        try read()
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message { _ = try mapping.required("fy", as: Double.self) }
        == "c.yaml:2:5: error: 'fy': expected a number, found 'wide'")
    #expect(
      message { _ = try mapping.required("fz", as: Double.self) }
        == "c.yaml:1:1: error: 'fz' is missing (is 'fx' a misspelling of it?)")
    #expect(
      message { try mapping.refuseUnknownKeys(besides: ["fx", "fy"]) }
        == "c.yaml:3:1: error: unknown key 'name' (valid keys: fx, fy)")
  }
}

@Suite struct NearestNameTests {
  @Test func `the nearest name wins, far ones are not suggested`() {
    #expect(
      NearestName.find("stereo.sgmm", among: ["stereo.rectify", "stereo.sgm"]) == "stereo.sgm")
    #expect(NearestName.find("stagess", among: ["name", "stages"]) == "stages")
    #expect(NearestName.find("xyzzy", among: ["name", "stages"]) == nil)
    #expect(NearestName.find("laser", among: ["/camera/image", "/robot/laser/scan"]) != nil)
    #expect(
      NearestName.hint(for: "q", among: ["abc", "def"], listing: "known") == "known: abc, def")
  }
}

@Suite struct JSONValueTests {
  @Test func `text is escaped and lists of plain values stay on one line`() {
    let value = JSONValue.sorted([
      "b": .list([.integer(1), .number(0.5)]), "a": .text("\"\u{1}\n"),
    ])
    #expect(value.compact == #"{"a":"\"\u0001\n","b":[1,0.5]}"#)
    #expect(value.pretty == "{\n  \"a\": \"\\\"\\u0001\\n\",\n  \"b\": [1, 0.5]\n}\n")
  }
}

import Foundation
import PointClouds
import Testing
import TestSupport

@testable import Reports

/// The page of a sample run, and the parts of it that tests look at.
struct PageText {
  let text: String

  init(_ run: SampleRun, byteLimit: Int = RunReport.defaultByteLimit) throws {
    let folder = try TemporaryFolder()
    try run.write(to: folder.path)
    let summary = try RunReport.write(folder: folder.path, byteLimit: byteLimit)
    text = try String(contentsOfFile: summary.path, encoding: .utf8)
  }

  /// The content of the element with an id.
  func element(_ id: String) -> String? {
    guard let mark = text.range(of: "id=\"\(id)\">"),
      let end = text.range(of: "</script>", range: mark.upperBound..<text.endIndex)
    else { return nil }
    return String(text[mark.upperBound..<end.lowerBound])
  }

  func data() throws -> JSONNode {
    try JSONNode(parsing: Data((element("report-data") ?? "").utf8))
  }
}

struct RunReportTests {
  @Test func `the page names no address outside itself`() throws {
    let page = try PageText(SampleRun(frameCount: 2, pointsPerCloud: 500))
    let links = page.text.components(separatedBy: "://").dropLast().map { $0.suffix(5) }
    // The only one is the name of the SVG language.
    #expect(links.allSatisfy { $0.hasSuffix("http") } && links.count <= 1)
    #expect(!page.text.contains("src=\"h"))
    #expect(page.text.contains("default-src 'none'"))
  }

  @Test func `positions decode to the cloud within half a step`() throws {
    let run = SampleRun(frameCount: 2, pointsPerCloud: 500)
    let page = try PageText(run)
    let note = try page.data()["frames"].list?[1]["clouds"].list?[0] ?? JSONNode(nil)
    let bytes = try #require(Data(base64Encoded: page.element("cloud-0-1") ?? ""))
    let scale = note["scale"].list?.compactMap(\.number) ?? []
    let offset = note["offset"].list?.compactMap(\.number) ?? []
    #expect(note["count"].integer == 500)
    #expect(bytes.count == 500 * (6 + 2 + 1))
    let cloud = run.cloud(1)
    let expected = cloud.positions.array(of: Float.self)
    for k in 0..<1500 {
      let low = UInt16(bytes[2 * k]) | UInt16(bytes[2 * k + 1]) << 8
      let value = offset[k % 3] + scale[k % 3] * Double(Int16(bitPattern: low))
      #expect(abs(value - Double(expected[k])) <= 0.5001 * scale[k % 3])
    }
    let clusters = cloud.attributes["cluster"]?.array(of: Int32.self) ?? []
    for k in 0..<500 {
      let number = UInt16(bytes[3000 + 2 * k]) | UInt16(bytes[3001 + 2 * k]) << 8
      #expect(number == (clusters[k] < 0 ? 65535 : UInt16(clusters[k])))
    }
  }

  @Test func `boxes reach the viewer with their numbers`() throws {
    let page = try PageText(SampleRun(frameCount: 2, pointsPerCloud: 100, hasImages: false))
    let data = try page.data()
    #expect(data["labels"].list?.compactMap(\.text) == ["Car", "Pedestrian"])
    let box = data["frames"].list?[1]["boxes"].list?[1].list?.compactMap(\.number)
    #expect(box == [28.9, 3.4, -0.85, 4.5, 1.9, 1.7, 3.1, 0.88, 0])
    #expect(data["frames"].list?[1]["time"].text == "2011-09-26 13:02:26.064000 UTC")
    #expect(data["rate"].integer == 10)
  }

  @Test func `a hostile topic cannot leave its cell`() throws {
    let topic = "</script><script>alert(\"1\")</script>"
    let page = try PageText(SampleRun(frameCount: 1, pointsPerCloud: 10, topic: topic))
    #expect(!page.text.contains("<script>alert"))
    #expect(page.text.contains("&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)"))
    #expect(page.text.contains("sensor &lt;b&gt;dropout&lt;/b&gt;"))
    let opened = page.text.components(separatedBy: "<script").count
    #expect(opened == page.text.components(separatedBy: "</script").count)
  }

  @Test func `timing, queues, receipts, skips and damage are in the tables`() throws {
    let page = try PageText(SampleRun(frameCount: 1, pointsPerCloud: 10, hasImages: false)).text
    for text in [
      "<td class=\"n\">21.3</td>", "<td class=\"n\">34.5</td>", "3.1 / 4", "(at most 4)",
      "2 no partner", "objects: sensor", "chunk 2 at byte 1234", "Skew of /lidar/points",
      "\u{2264} 0.1", "9f2c6ed0a1c94bb5ae4f8e7b1b6b2f0c7d1f6a0e", "frames read",
    ] {
      #expect(page.contains(text), "\(text)")
    }
  }

  @Test func `units of 16-bit pictures come from the resolved settings`() throws {
    let settings = #""with":{"metres_per_unit":0.004,"units_per_pixel":128}"#
    let text = """
      {"outputs":[{"path":"a/{frame}.png","payload":"depth"},
      {"path":"b/{frame}.png","payload":"disparity"},{"path":"c/{frame}.png","payload":"depth"}],
      "resolved":{"outputs":[{"path":"b/{frame}.png",\(settings)},
      {"path":"a/{frame}.png",\(settings)}]}}
      """
    let record = RunRecord(try JSONNode(parsing: Data(text.utf8)))
    #expect(record.outputs.map(\.unit) == [0.004, 1.0 / 128, nil])
  }

  @Test func `a run record of another version loses only what is missing`() throws {
    let text = """
      {"pipeline":"x","frames":{"read":"three"},"stages":[{"id":7},4,null],"receipts":{"a":1},
      "outputs":[{"path":5},{"path":"a/{frame:06}.png"}],"skipped_frames":[{}]}
      """
    let record = RunRecord(try JSONNode(parsing: Data(text.utf8)))
    #expect(record.name == "x" && record.read == nil)
    #expect(record.stages.map(\.id) == ["?", "?", "?"])
    #expect(record.outputs.map(\.path) == ["a/{frame:06}.png"])
    #expect(record.skips == [.init(place: "?", reason: "no reason recorded")])
    #expect(RunRecord(JSONNode(nil)).stages.isEmpty)
  }

  @Test func `depth pictures are shown in colours with their range in metres`() throws {
    let page = try PageText(SampleRun(frameCount: 1, pointsPerCloud: 10))
    let stream = try page.data()["images"].list?[1] ?? JSONNode(nil)
    #expect(stream["name"].text == "depth")
    #expect(stream["low"].text?.hasSuffix(" m") == true)
    #expect(page.element("image-1-0")?.hasPrefix("data:image/png;base64,") == true)
    #expect(page.element("image-0-0")?.hasPrefix("data:image/png;base64,") == true)
  }

  @Test func `a page stays within its limit and says what was thinned`() throws {
    let page = try PageText(
      SampleRun(frameCount: 12, pointsPerCloud: 12_000, hasImages: false), byteLimit: 900_000)
    #expect(page.text.utf8.count <= 900_000)
    #expect(page.text.contains("showing 1 of"))
    let clouds = try page.data()["frames"].list?.compactMap { $0["clouds"].list?.first } ?? []
    #expect(!clouds.isEmpty)
    #expect(clouds.allSatisfy { ($0["count"].integer ?? 0) < ($0["of"].integer ?? 0) })
  }

  @Test func `too many frames for the limit are shown in steps`() throws {
    let page = try PageText(
      SampleRun(frameCount: 12, pointsPerCloud: 9_000, hasImages: false), byteLimit: 500_000)
    #expect(page.text.utf8.count <= 500_000)
    #expect(page.text.contains("Showing every"))
  }

  @Test func `a folder without run json is shown`() throws {
    let folder = try TemporaryFolder()
    try SampleRun(frameCount: 3, pointsPerCloud: 50).write(to: folder.path)
    try FileManager.default.removeItem(atPath: folder.file("run.json"))
    let summary = try RunReport.write(folder: folder.path)
    #expect(summary.frameCount == 3)
    #expect(summary.notices.contains { $0.contains("no run.json") })
    // Writing again gives the same page: the page itself is not taken for an output.
    let first = try Data(contentsOf: URL(fileURLWithPath: summary.path))
    _ = try RunReport.write(folder: folder.path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: summary.path)) == first)
  }

  @Test func `damaged files are named on the page and the others are shown`() throws {
    let folder = try TemporaryFolder()
    try SampleRun(frameCount: 3, pointsPerCloud: 50).write(to: folder.path)
    for name in ["cloud/000001.ply", "overlay/000001.png"] {
      try Data("nonsense".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }
    try Data("{\"frame\":0}\nnot json\n".utf8)
      .write(to: URL(fileURLWithPath: folder.file("boxes.jsonl")))
    let summary = try RunReport.write(folder: folder.path)
    #expect(summary.frameCount == 3)
    #expect(summary.notices.contains { $0.contains("000001.ply") })
    #expect(summary.notices.contains { $0.contains("000001.png") })
    #expect(summary.notices.contains { $0.contains("line 1 is not a frame") })
  }

  @Test func `an empty, a foreign and a missing folder are refused with the remedy`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ReportError.nothingToShow(path: folder.path)) {
      try RunReport.write(folder: folder.path)
    }
    try Data("text".utf8).write(to: URL(fileURLWithPath: folder.file("notes.txt")))
    #expect(throws: ReportError.nothingToShow(path: folder.path)) {
      try RunReport.write(folder: folder.path)
    }
    #expect(throws: ReportError.self) { try RunReport.write(folder: folder.file("missing")) }
    #expect(throws: ReportError.self) { try RunReport.write(folder: folder.file("notes.txt")) }
    #expect("\(ReportError.nothingToShow(path: "o"))".contains("parallax run --out"))
  }
}

import Foundation
import Geometry
import PointClouds
import SensorLogs
import Tensors
import Testing

@testable import Reports

struct PagePartsTests {
  private func cloud(_ count: Int) -> PointCloud {
    var generator = SeededGenerator(seed: 3)
    return PointCloud(
      positions: Tensor(
        (0..<3 * count).map { _ in Float(generator.uniform() * 50 - 25) }, shape: [count, 3]))
  }

  @Test func `thinning keeps at most the limit and not far fewer`() {
    let kept = VoxelDecimation.indices(of: cloud(20_000), limit: 5_000)
    #expect(kept.count <= 5_000 && kept.count > 4_000)
    #expect(kept == kept.sorted() && Set(kept).count == kept.count)
  }

  @Test func `a cloud within the limit keeps every valid point`() {
    let positions: [Float] = [0, 0, 0, .nan, 0, 0, 1, 1, 1, .infinity, 0, 0, 1e9, 0, 0]
    let small = PointCloud(positions: Tensor(positions, shape: [5, 3]))
    #expect(VoxelDecimation.indices(of: small, limit: 100) == [0, 2])
  }

  @Test func `equal points thin to one without end`() {
    let same = PointCloud(positions: Tensor(repeating: Float(2), shape: [1000, 3]))
    #expect(VoxelDecimation.indices(of: same, limit: 10) == [0])
  }

  @Test func `a camera's cloud is told from a vehicle's`() {
    var generator = SeededGenerator(seed: 5)
    let cone = (0..<3000).flatMap { _ -> [Float] in
      let z = generator.uniform() * 5 + 0.5
      return [
        Float((generator.uniform() - 0.5) * z), Float((generator.uniform() - 0.5) * z), Float(z),
      ]
    }
    #expect(CloudSummary([PointCloud(positions: Tensor(cone, shape: [3000, 3]))]).up == "-y")
    #expect(CloudSummary([cloud(3000)]).up == "+z")
    #expect(CloudSummary([]) == CloudSummary([cloud(0)]))
  }

  @Test func `dates of instants are right across leap days`() {
    #expect(CivilDate(daysSinceEpoch: 0).year == 1970)
    let leap = CivilDate(daysSinceEpoch: 19_782)
    #expect((leap.year, leap.month, leap.day) == (2024, 2, 29))
    let before = CivilDate(daysSinceEpoch: -1)
    #expect((before.year, before.month, before.day) == (1969, 12, 31))
    #expect(Timestamp(nanoseconds: 1_500_000).readable == "0.001500 s")
  }

  @Test(arguments: [
    ("cloud/{frame:06}.ply", "cloud/000012.ply", 12), ("{frame}.png", "7.png", 7),
    ("boxes.jsonl", "boxes.jsonl", nil), ("a/{frame:03}_left.png", "a/004_left.png", 4),
    ("{timestamp}-{frame}.ply", "123-5.ply", 5),
  ])
  func `paths give their frame numbers`(pattern: String, path: String, frame: Int?) {
    let match = FramePattern(pattern).match(path)
    #expect(match != nil)
    #expect(match?.frame == frame)
  }

  @Test func `other paths do not fit a pattern`() {
    let pattern = FramePattern("cloud/{frame:06}.ply")
    for path in ["cloud/.ply", "cloud/12a.ply", "clouds/000001.ply", "cloud/000001.ply.part"] {
      #expect(pattern.match(path) == nil)
    }
    #expect(pattern.match("cloud/99999999999999999999.ply") == nil)
    #expect(FramePattern("{timestamp}.ply").match("17.ply")?.timestamp?.nanoseconds == 17)
    #expect(FramePattern.guessing(from: "a/b12.png").description == "a/b{frame}.png")
  }

  @Test func `a budget that suffices changes nothing`() {
    let need = ReportBudget.Need(
      frames: 10, cloudsPerFrame: 1, pointBytes: 9, pointsPerCloud: 1000, imagesPerFrame: 2,
      imageBytes: 50_000, otherBytes: 1000)
    let budget = ReportBudget(bytes: 25_000_000, need: need)
    #expect(budget.frameStride == 1 && budget.pointLimit == .max && budget.imageLimit == .max)
  }

  @Test func `numbers and texts in JSON survive a parser`() throws {
    let hostile = "</script>\u{2028}\"\\\n\u{1}ü"
    let text = HTMLText.json(hostile)
    #expect(!text.contains("<") && !text.contains("\u{2028}"))
    let parsed = try JSONNode(
      parsing: Data("[\(text),\(HTMLText.json(0.1)),\(HTMLText.json(.nan))]".utf8))
    #expect(parsed.list?[0].text == hostile)
    #expect(parsed.list?[1].number == 0.1)
    #expect(parsed.list?[2].exists == false)
  }

  @Test func `a template is filled in one pass`() {
    let page = ReportPage.fill(
      "a{{x}}b{{y}}{{none}}c", with: ["x": { Data("{{y}}".utf8) }, "y": { Data("Y".utf8) }])
    #expect(String(decoding: page, as: UTF8.self) == "a{{y}}bYc")
  }

  @Test func `a static page holds its parts, with plain text made safe`() {
    var page = StaticPage(title: "a < b", subheading: "two & three")
    page.addFigure("RMS, px", "0.18", tone: .good)
    page.addNotice("<b>")
    page.addTable("Views", heads: ["Image"], rows: [["x<y>.png"]], note: "n & m")
    let html = page.html
    for part in ["a &lt; b", "two &amp; three", "class=\"good\"", "x&lt;y&gt;.png", "n &amp; m"] {
      #expect(html.contains(part), "\(part)")
    }
    #expect(!html.contains("<b>") && !html.contains("<script"))
  }
}

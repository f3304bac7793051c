import Foundation
import Geometry
import Testing

@testable import Reports

struct PlotTests {
  @Test(arguments: [(0.0, 9.3, 2.0), (-0.12, 0.31, 0.1), (1000, 1800, 200), (0, 0.00042, 0.0001)])
  func `ticks stand at round numbers and cover the values`(
    low: Double, high: Double, step: Double
  ) {
    let scale = Scale(covering: [low, high], ticks: 5, start: 0, end: 100)
    #expect(abs(scale.step - step) < 1e-12)
    #expect(scale.low <= low && scale.high >= high)
    #expect(scale.low > low - step && scale.high < high + step)
    #expect(scale.position(scale.low) == 0 && abs(scale.position(scale.high) - 100) < 1e-9)
  }

  @Test func `labels have the decimals that the step needs`() {
    let scale = Scale(covering: [0, 0.9], ticks: 5, start: 0, end: 1)
    #expect(scale.ticks.map(scale.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Scale(covering: [-4, 4], ticks: 4, start: 0, end: 1).ticks.count == 5)
  }

  @Test(arguments: [
    [], [3.0], [0.0, 0.0], [.nan, .infinity], [1e300, -1e300], [1.7e308, -1.7e308], [1e99, -1e99],
    [1e-300, 2e-300],
  ])
  func `odd values make no crash and a finite scale`(values: [Double]) {
    let scale = Scale(covering: values, start: 0, end: 100)
    #expect(scale.high > scale.low)
    #expect(!scale.ticks.isEmpty && scale.ticks.count <= 51)
    let svg = LinePlot(
      xLabel: "x", yLabel: "y", series: [.init("a", x: values, y: values)]
    ).svg
    #expect(!svg.contains("nan") && !svg.contains("inf\""))
  }

  @Test func `a histogram counts every finite value once`() {
    let svg = BarPlot.histogram(xLabel: "ms", values: [0, 0.5, 1, 1, 9.99, .nan], bins: 10).svg
    #expect(svg.components(separatedBy: "<rect").count - 1 == 3)
    #expect(svg.contains(">ms</text>"))
  }

  @Test func `bars are as high as their values`() throws {
    let svg = BarPlot(
      xLabel: "stage", yLabel: "ms", values: [("a", 10), ("b", 5)], height: 280
    ).svg
    let heights = svg.components(separatedBy: "<rect").dropFirst().compactMap { part in
      part.components(separatedBy: " height=\"").last.flatMap {
        Double($0.prefix { $0 != "\"" })
      }
    }
    #expect(heights.count == 2)
    #expect(abs(heights[0] - 2 * heights[1]) < 0.02)
  }

  @Test func `texts in plots are escaped and the document is well formed`() throws {
    let svg = LinePlot(
      title: "a<b & \"c\"", xLabel: "frame", yLabel: "ms",
      series: [.init("<s>", x: [0, 1, 2], y: [1, .nan, 3]), .init("t", x: [0, 2], y: [2, 2])]
    ).svg
    #expect(!svg.contains("<s>") && !svg.contains("a<b"))
    let opened = svg.components(separatedBy: "<text").count
    #expect(opened == svg.components(separatedBy: "</text>").count)
    #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    // The gap splits the first line in two.
    #expect(svg.components(separatedBy: "d=\"").dropFirst().first?.filter { $0 == "M" }.count == 2)
  }

  @Test func `a plot over an image keeps its shape and places pixels by their centres`() {
    let plot = PixelPlot(
      imageWidth: 200, imageHeight: 100,
      layers: [.dots([Vector2(99.5, 49.5)], radius: 2, series: 0)],
      width: 472)
    // 58 pixels left of the axes, 14 right: 400 for 200 columns; as high as 100 rows are.
    #expect(plot.svg.contains("width=\"400\" height=\"200\" fill=\"none\""))
    #expect(plot.svg.contains("cx=\"258\" cy=\"112\""))
  }

  @Test func `cells fill the image row by row and leave out what is no number`() {
    let plot = PixelPlot(
      imageWidth: 40, imageHeight: 20,
      layers: [.cells(columns: 2, values: [0, 1, .nan, 0.5], label: "px")])
    let cells = plot.svg.components(separatedBy: "<rect").count - 1
    #expect(cells == 1 + 3 + 32)
    #expect(plot.svg.contains("#fde725") && plot.svg.contains("#440154"))
    #expect(!plot.svg.contains("nan"))
  }

  @Test func `arrows that are not finite are left out`() {
    let arrows = [(at: Vector2(1, 1), vector: Vector2(.nan, 1)), (Vector2(2, 2), Vector2(1, 0))]
    let svg = PixelPlot(
      imageWidth: 10, imageHeight: 10, layers: [.arrows(arrows, magnification: 3, series: 1)]
    ).svg
    #expect(svg.components(separatedBy: "M").count - 1 == 3)
  }
}

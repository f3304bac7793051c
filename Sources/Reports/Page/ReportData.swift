import Foundation
import Geometry

/// The frames' data as the viewer reads them: JSON without the clouds' and pictures' bytes.
struct ReportData {
  private let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  var json: String {
    let parts = [
      "\"clouds\":[" + content.clouds.map(cloud).joined(separator: ",") + "]",
      "\"images\":[" + content.images.map(image).joined(separator: ",") + "]",
      "\"labels\":[" + content.labels.map { HTMLText.json($0) }.joined(separator: ",") + "]",
      "\"hasBoxes\":\(content.hasBoxes)", "\"boxFrame\":\(HTMLText.json(boxFrame))",
      "\"rate\":\(rate)",
      "\"frames\":[" + content.frames.map(frame).joined(separator: ",\n") + "]",
    ]
    return "{" + parts.joined(separator: ",\n") + "}"
  }

  /// The coordinate frame of the boxes, where their lines name one.
  private var boxFrame: String {
    content.frames.lazy.compactMap { $0.boxes?.frameName }.first ?? ""
  }

  /// The playing rate nearest to the recording's, among those that the page offers.
  private var rate: Int {
    let times = content.frames.compactMap(\.time?.nanoseconds).sorted()
    let steps = zip(times.dropFirst(), times).map { Double($0 &- $1) / 1e9 }.sorted()
    guard !steps.isEmpty, steps[steps.count / 2] > 0 else { return 5 }
    let hertz = 1 / steps[steps.count / 2]
    return [1, 2, 5, 10, 25].min { abs(log(Double($0) / hertz)) < abs(log(Double($1) / hertz)) }
      ?? 5
  }

  private func cloud(_ stream: ReportContent.CloudStream) -> String {
    let summary = stream.summary
    let attributes = stream.attributes.map { HTMLText.json($0.rawValue) }.joined(separator: ",")
    let bounds = [list(summary.low), list(summary.high)].joined(separator: ",")
    return "{\"name\":\(HTMLText.json(stream.series.name)),"
      + "\"attributes\":[\(attributes)],\"up\":\(HTMLText.json(summary.up)),"
      + "\"bounds\":[\(bounds)],\"ground\":\(HTMLText.json(summary.ground)),"
      + "\"height\":\(list(summary.height)),\"range\":[0,\(HTMLText.json(summary.range))],"
      + "\"intensity\":\(list(summary.intensity))}"
  }

  private func image(_ stream: ReportContent.ImageStream) -> String {
    var text =
      "{\"name\":\(HTMLText.json(stream.series.name)),"
      + "\"path\":\(HTMLText.json(stream.series.pattern.description)),"
      + "\"note\":\(HTMLText.json(stream.note == stream.series.name ? "" : stream.note))"
    if let range = stream.range {
      let (factor, unit) = Self.unit(of: stream)
      let ends = [range.lowerBound, range.upperBound].map {
        HTMLText.json(String(format: "%.2f %@", Double($0) * factor, unit))
      }
      let ramp = ImageBlock.ramp().map { HTMLText.json($0) }.joined(separator: ",")
      text += ",\"low\":\(ends[0]),\"high\":\(ends[1]),\"ramp\":[\(ramp)]"
    }
    return text + "}"
  }

  /// What one step of a 16-bit picture means: as `run.json` says; millimetres of depth or 1/256 pixel of disparity otherwise.
  private static func unit(of stream: ReportContent.ImageStream) -> (Double, String) {
    let isDisparity = (stream.series.output?.payload ?? "").contains("disparity")
    let factor = stream.series.output?.unit ?? (isDisparity ? 1.0 / 256 : 0.001)
    return (factor, isDisparity ? "px" : "m")
  }

  private func frame(_ frame: ReportContent.Frame) -> String {
    let boxes = (frame.boxes?.boxes ?? []).map(box).joined(separator: ",")
    let clouds = frame.clouds.map { note in
      note.map {
        "{\"count\":\($0.count),\"of\":\($0.sourceCount),\"scale\":\(exact($0.scale)),"
          + "\"offset\":\(exact($0.offset))}"
      } ?? "null"
    }
    let time = frame.time.map { HTMLText.json($0.readable) } ?? "null"
    return "{\"number\":\(frame.number),\"time\":\(time),\"boxes\":[\(boxes)],"
      + "\"clouds\":[\(clouds.joined(separator: ","))]}"
  }

  /// Centre, size, yaw, score (null when unknown), number of the label.
  private func box(_ box: Box3D) -> String {
    let values = [
      box.center.x, box.center.y, box.center.z, box.size.x, box.size.y, box.size.z, box.yaw,
      box.score,
    ]
    let label = content.labels.firstIndex(of: box.label) ?? 0
    return "[" + values.map { HTMLText.json($0) }.joined(separator: ",") + ",\(label)]"
  }

  private func list(_ vector: SIMD3<Double>) -> String {
    HTMLText.json([vector.x, vector.y, vector.z])
  }

  private func list(_ range: ClosedRange<Double>) -> String {
    HTMLText.json([range.lowerBound, range.upperBound])
  }

  /// Shortest decimals that give the same numbers again.
  private func exact(_ vector: SIMD3<Double>) -> String { "[\(vector.x),\(vector.y),\(vector.z)]" }
}

import Evaluation
import Foundation
import Reports
import Tensors

/// What `parallax evaluate` writes besides its numbers.
struct EvaluationOutputs {
  /// Draws of frames for intervals; 0 for none.
  let draws: Int
  /// Source of the draws.
  var generator: SeededGenerator
  private let curves: String?
  private let explanations: String?
  private var lines: [String] = []

  init(_ arguments: ParsedArguments) throws {
    draws = try arguments.number(of: "--bootstrap", atLeast: 0) ?? 0
    generator = SeededGenerator(seed: UInt64(try arguments.number(of: "--seed", atLeast: 0) ?? 1))
    curves = arguments.value(of: "--curves")
    explanations = arguments.value(of: "--explain")
  }

  var wantsExplanations: Bool { explanations != nil }

  /// Writes one picture of curves.
  func write(_ name: String, title: String, _ series: [LinePlot.Series]) throws {
    guard let curves, !series.isEmpty else { return }
    let plot = LinePlot(title: title, xLabel: "recall", yLabel: "precision", series: series)
    try writing(to: curves) {
      try FileManager.default.createDirectory(
        atPath: curves, withIntermediateDirectories: true)
      try plot.svg.write(toFile: "\(curves)/\(name).svg", atomically: true, encoding: .utf8)
    }
  }

  /// Notes why the boxes of a frame are right or wrong.
  mutating func explain(_ name: String, _ frame: DetectionFrame, iou: (String) -> Double) throws {
    guard wantsExplanations else { return }
    for label in Set(frame.truth.map(\.label) + frame.detections.map(\.label)).sorted() {
      let why = try DetectionExplanation(frame, iou: iou(label))
      for (number, box) in frame.detections.enumerated() where box.label == label {
        lines.append(try Line(frame: name, box, number, why.detections[number]).json)
      }
      for (number, box) in frame.truth.enumerated() where box.label == label {
        lines.append(try Line(frame: name, box, number, why.truth[number]).json)
      }
    }
  }

  /// Writes the explanations.
  func finish() throws {
    guard let explanations else { return }
    try writing(to: explanations) {
      try lines.map { $0 + "\n" }.joined()
        .write(toFile: explanations, atomically: true, encoding: .utf8)
    }
  }

  private func writing(to path: String, _ body: () throws -> Void) throws {
    do { try body() } catch {
      throw CommandFailure(.failure, "\(path): cannot be written: \(error.localizedDescription)")
    }
  }
}

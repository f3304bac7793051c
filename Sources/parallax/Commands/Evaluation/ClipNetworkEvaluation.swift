import Configuration
import Foundation
import Models
import Networks
import Reports
import SensorLogs
import Training

/// `parallax evaluate --weights FILE --truth VIDEOS`, for networks that see clips.
enum ClipNetworkEvaluation {
  private struct Summary: Encodable {
    struct Order: Encodable {
      var order: String
      var clipAccuracy: Double
      var videoAccuracy: Double
      var loss: Double
    }
    var model: String
    var videos: Int
    var clipsPerVideo: Int
    var orders: [Order]
    var classes: [String]
    var confusion: [[Int]]
  }

  static func run(_ network: TrainedClipNetwork, _ arguments: ParsedArguments) throws -> ExitCode {
    let folder = try LabelledVideoFolder(arguments.value(of: "--truth") ?? "")
    let threads =
      try arguments.number(of: "--threads") ?? ProcessInfo.processInfo.activeProcessorCount
    let clips = try arguments.number(of: "--clips") ?? 1
    let bar = ProgressBar(unit: "clips")
    let total = folder.videos.count * clips * ClipOrder.allCases.count
    let evaluation = try ClipEvaluation(network, folder, clipsPerVideo: clips, threads: threads) {
      bar.update(done: $0, total: total)
    }
    bar.finish()
    let confusion = evaluation.measures.first?.measures.confusion ?? []
    if let path = arguments.value(of: "--confusion") {
      let plot = ConfusionPlot(classes: network.classes, counts: confusion, title: network.name)
      try WholeFile.write(Array(plot.svg.utf8), to: path)
    }
    let summary = Summary(
      model: network.name, videos: evaluation.videos, clipsPerVideo: clips,
      orders: evaluation.measures.map {
        .init(
          order: $0.order.rawValue, clipAccuracy: $0.measures.clipAccuracy,
          videoAccuracy: $0.measures.videoAccuracy, loss: $0.measures.loss)
      }, classes: network.classes, confusion: confusion)
    if arguments.isSet("--json") {
      try Console.json(summary)
      return .done
    }
    let percent = { (share: Double) in String(format: "%.1f", share * 100) }
    let orders = summary.orders.map {
      [$0.order, percent($0.clipAccuracy), percent($0.videoAccuracy)]
    }
    let rows = confusion.enumerated().map { label, row in
      let sum = row.reduce(0, +)
      let others = row.enumerated().filter { $0.offset != label && $0.element > 0 }
        .sorted { $0.element > $1.element }.prefix(3)
        .map { "\(network.classes[$0.offset]) \($0.element)" }
      return [
        network.classes[label], "\(sum)", percent(Double(row[label]) / Double(max(1, sum))),
        others.joined(separator: ", "),
      ]
    }
    Console.result(
      """
      \(network.name), \(summary.videos) videos, \(clips) \(clips == 1 ? "clip" : "clips") each; right, percent
      \(Console.table([["frames", "clips", "videos"]] + orders))
      \(Console.table([["class", "videos", "right", "taken for"]] + rows))
      """)
    return .done
  }
}

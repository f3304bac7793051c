import Evaluation
import Foundation
import Vision

/// `parallax evaluate --protocol middlebury|kitti-stereo|eth3d`.
enum StereoEvaluation {
  static let protocols = ["middlebury", "kitti-stereo", "eth3d"]

  private struct Score: Encodable {
    struct Bad: Encodable {
      var px: Double
      var returned: Double
      var withHoles: Double
    }
    var pixels: Int
    var holes: Double
    var density: Double
    var bad: [Bad]
    var avgerr: Double
    var rms: Double
    var a50: Double
    var a90: Double
    var a95: Double
    var a99: Double

    init(_ score: StereoScore) {
      pixels = score.pixels
      holes = 1 - score.density
      density = score.density
      bad = score.bad.map { Bad(px: $0.threshold, returned: $0.returned, withHoles: $0.withHoles) }
      avgerr = score.averageError
      rms = score.rootMeanSquare
      (a50, a90) = (score.quantiles[0], score.quantiles[1])
      (a95, a99) = (score.quantiles[2], score.quantiles[3])
    }
  }

  private struct Dense: Encodable {
    var `protocol`: String
    var all: Score
    var nonocc: Score?
  }

  private struct KITTI: Encodable {
    struct Region: Encodable {
      var pixels: Int
      var holes: Double
      var density: Double
      var d1Returned: Double
      var d1Interpolated: Double

      init(_ region: KITTIStereo.Region) {
        pixels = region.pixels
        holes = 1 - region.density
        density = region.density
        d1Returned = region.d1Returned
        d1Interpolated = region.d1Interpolated
      }
    }
    struct Outliers: Encodable {
      var px: Double
      var returned: Double
      var interpolated: Double
    }
    var `protocol` = "kitti-stereo"
    var all: Region
    var background: Region?
    var foreground: Region?
    var outliers: [Outliers]
    var avgerrReturned: Double
    var avgerrInterpolated: Double
  }

  static func run(_ name: String, _ arguments: ParsedArguments) throws -> ExitCode {
    let scale = try arguments.positiveNumber(of: "--scale")
    let estimate = try map(
      arguments.value(of: "--detections") ?? "",
      scale: try arguments.positiveNumber(of: "--detections-scale"))
    let truth = try map(arguments.value(of: "--truth") ?? "", scale: scale)
    let mask = try arguments.value(of: "--mask").map { path -> [UInt8] in
      do { return try ImageCodec.decode(try read(path), named: path).grey().pixels.array() } catch {
        throw CommandFailure(.unreadableInput, "\(error)")
      }
    }
    do {
      if name == "kitti-stereo" {
        try report(try KITTIStereo(estimate: estimate, truth: truth, objects: mask), arguments)
      } else {
        let score = try MiddleburyStereo(
          estimate: estimate, truth: truth, mask: mask,
          resolution: try arguments.positiveNumber(of: "--resolution") ?? 1,
          largest: try arguments.positiveNumber(of: "--largest").map { Float($0) },
          skippedColumns: try arguments.number(of: "--skip-columns", atLeast: 0) ?? 0)
        try report(score, protocol: name, arguments)
      }
    } catch let error as StereoEvaluationError {
      throw CommandFailure(.unreadableInput, "\(error)")
    }
    return .done
  }

  private static func read(_ path: String) throws -> [UInt8] {
    do { return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw CommandFailure(.unreadableInput, "\(path): \(error.localizedDescription)")
    }
  }

  private static func map(_ path: String, scale: Double?) throws -> DisparityMap {
    do {
      return try DisparityMap(file: try read(path), named: path, scale: scale)
    } catch let error as StereoEvaluationError {
      throw CommandFailure(.unreadableInput, "\(error)")
    }
  }

  private static func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }

  private static func report(
    _ score: MiddleburyStereo, protocol name: String, _ arguments: ParsedArguments
  ) throws {
    if arguments.isSet("--json") {
      try Console.json(
        Dense(protocol: name, all: Score(score.all), nonocc: score.nonOccluded.map(Score.init)))
      return
    }
    for (region, score) in [("all", score.all), ("nonocc", score.nonOccluded)] {
      guard let score else { continue }
      let rows = score.bad.map {
        [
          "  bad-\($0.threshold)", "returned \(percent($0.returned))",
          "with holes \(percent($0.withHoles))",
        ]
      }
      let quantiles = zip(["A50", "A90", "A95", "A99"], score.quantiles)
        .map { "\($0) \(String(format: "%.3f", $1))" }.joined(separator: "  ")
      Console.result(
        """
        \(region): \(score.pixels) pixels, holes \(percent(1 - score.density)), \
        density \(percent(score.density))
        \(Console.table(rows))
          returned: avgerr \(String(format: "%.4f", score.averageError)) px  \
        rms \(String(format: "%.4f", score.rootMeanSquare)) px  \(quantiles)
        """)
    }
  }

  private static func report(_ score: KITTIStereo, _ arguments: ParsedArguments) throws {
    if arguments.isSet("--json") {
      try Console.json(
        KITTI(
          all: .init(score.all), background: score.background.map { .init($0) },
          foreground: score.foreground.map { .init($0) },
          outliers: score.outliers.map {
            .init(px: $0.threshold, returned: $0.returned, interpolated: $0.withHoles)
          },
          avgerrReturned: score.averageError.returned,
          avgerrInterpolated: score.averageError.interpolated))
      return
    }
    let regions: [(String, KITTIStereo.Region?)] = [
      ("D1-bg", score.background), ("D1-fg", score.foreground), ("D1-all", score.all),
    ]
    var rows = regions.compactMap { name, region in
      region.map {
        [
          name, "returned \(percent($0.d1Returned))", "interpolated \(percent($0.d1Interpolated))",
          "density \(percent($0.density))", "\($0.pixels) pixels",
        ]
      }
    }
    rows += score.outliers.map {
      [
        "> \($0.threshold) px", "returned \(percent($0.returned))",
        "interpolated \(percent($0.withHoles))",
      ]
    }
    Console.result(Console.table(rows))
    Console.result(
      String(
        format: "avgerr: returned %.4f px, interpolated %.4f px", score.averageError.returned,
        score.averageError.interpolated))
  }
}

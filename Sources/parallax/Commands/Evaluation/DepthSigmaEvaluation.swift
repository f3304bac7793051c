import Evaluation
import Foundation
import SensorLogs
import Tensors
import Vision

/// `parallax evaluate --protocol depth-sigma`: depths and deviations of a run against the true depths of a log.
///
/// The run's folder holds `depth/` (pfm in metres, or 16-bit png in millimetres) and `depth_sigma/` (pfm), files named by frame
/// number (`000012`) or by timestamp in nanoseconds. Frame n is the n-th true depth image of the log.
enum DepthSigmaEvaluation {
  private struct Summary: Encodable {
    struct Bin: Encodable {
      var from: Double
      var to: Double
      var truth: Int
      var returned: Int
      var density: Double?
      var withinOneSigma: Double?
      var withinTwoSigma: Double?
      var beyondFiveSigma: Double?
      var medianSigma: Double?
      var medianError: Double?
      var isSound: Bool
    }
    var `protocol` = "depth-sigma"
    var frames: Int
    var bins: [Bin]
    var total: Bin
  }

  static func run(folder: String, truth path: String, json: Bool) throws -> ExitCode {
    let files = try RunDepths(folder: folder)
    var coverage = DepthSigmaCoverage()
    let log = try RecordedLogs.open(path)
    let streams = log.streams.filter { $0.payloadType == DepthImage.typeName }
    guard
      let stream = streams.first(where: { $0.topic.contains("ground_truth") })
        ?? (streams.count == 1 ? streams.first : nil)
    else {
      let topics = log.streams.map(\.topic).joined(separator: ", ")
      throw CommandFailure(
        .unreadableInput, "\(path): no topic with true depths; topics: \(topics)")
    }
    let cursor = try log.messages(LogSelection(topics: [stream.topic]))
    var frame = 0
    while let message = try cursor.next() {
      defer { frame += 1 }
      let decoded = try message.decoded()
      guard let truth = decoded.payload as? DepthImage,
        let depth = try files.depth(ofFrame: frame, at: decoded.header.timestamp)
      else { continue }
      guard depth.depths.shape == truth.depths.shape else {
        throw CommandFailure(
          .unreadableInput,
          "frame \(frame): depths of \(depth.width) x \(depth.height), truth of \(truth.width) x \(truth.height)"
        )
      }
      coverage.add(depth, truth: truth)
    }
    guard coverage.frames > 0 else {
      throw CommandFailure(.unreadableInput, "\(folder): no depths of a frame that the log has")
    }
    let summary = Summary(
      frames: coverage.frames, bins: coverage.bins.map(row), total: row(coverage.total))
    if json { try Console.json(summary) } else { Console.result(text(coverage)) }
    return .done
  }

  private static func row(_ bin: DepthSigmaCoverage.Bin) -> Summary.Bin {
    let isEmpty = bin.returned == 0
    return Summary.Bin(
      from: bin.range.lowerBound, to: bin.range.upperBound, truth: bin.truth,
      returned: bin.returned, density: bin.truth == 0 ? nil : bin.density,
      withinOneSigma: isEmpty ? nil : bin.coverage,
      withinTwoSigma: isEmpty ? nil : bin.coverageOfTwo,
      beyondFiveSigma: isEmpty ? nil : Double(bin.beyondFive) / Double(bin.returned),
      medianSigma: isEmpty ? nil : bin.medianDeviation,
      medianError: isEmpty ? nil : bin.medianError,
      isSound: bin.isSound)
  }

  private static func text(_ coverage: DepthSigmaCoverage) -> String {
    func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
    func line(_ name: String, _ bin: DepthSigmaCoverage.Bin) -> [String] {
      guard bin.returned > 0 else { return [name, "no pixels", "", "", "", "", ""] }
      let millimetres = { (metres: Double) in "\((metres * 1000).rounded() / 1000)" }
      return [
        name, "\(bin.returned)", percent(bin.density), percent(bin.coverage),
        percent(bin.coverageOfTwo), millimetres(bin.medianDeviation),
        bin.isSound ? "" : "too few pixels",
      ]
    }
    let header = ["range", "pixels", "density", "within 1", "within 2", "median sigma, m", ""]
    let rows = coverage.bins.map {
      line("\(Int($0.range.lowerBound)) to \(Int($0.range.upperBound)) m", $0)
    }
    return """
      \(coverage.frames) frames; share of returned pixels whose error is within the stated sigma (68.3 % and 95.4 % of a normal \
      distribution)
      \(Console.table([header] + rows + [line("all", coverage.total)]))
      """
  }
}

/// Depths and deviations that a run wrote.
private struct RunDepths {
  private let depths: [Int64: URL]
  private let deviations: [Int64: URL]

  init(folder: String) throws {
    depths = try Self.files(folder, "depth", ["pfm", "png"])
    deviations = try Self.files(folder, "depth_sigma", ["pfm"])
  }

  /// Files by the number that their name is; of two kinds, the first wins.
  private static func files(_ folder: String, _ name: String, _ kinds: [String]) throws
    -> [Int64: URL]
  {
    let place = URL(fileURLWithPath: folder).appendingPathComponent(name)
    guard
      let entries = try? FileManager.default.contentsOfDirectory(
        at: place, includingPropertiesForKeys: nil)
    else {
      throw CommandFailure(
        .unreadableInput,
        "\(folder): no folder '\(name)'; the protocol depth-sigma reads depth/ (pfm or png16) and depth_sigma/ (pfm)"
      )
    }
    var result: [Int64: URL] = [:]
    for kind in kinds.reversed() {
      for entry in entries where entry.pathExtension == kind {
        if let number = Int64(entry.deletingPathExtension().lastPathComponent) {
          result[number] = entry
        }
      }
    }
    return result
  }

  /// What the run says of a frame; nil when it wrote nothing.
  func depth(ofFrame frame: Int, at timestamp: Timestamp) throws -> DepthImage? {
    let keys = [Int64(frame), timestamp.nanoseconds]
    guard let depth = keys.lazy.compactMap({ depths[$0] }).first,
      let deviation = keys.lazy.compactMap({ deviations[$0] }).first
    else { return nil }
    do {
      var image: DepthImage
      let bytes = [UInt8](try Data(contentsOf: depth))
      if depth.pathExtension == "pfm" {
        image = DepthImage(depths: try FloatMap.decode(bytes, named: depth.path))
      } else {
        image = try ImageCodec.decodeDepth(bytes, metresPerUnit: 0.001, named: depth.path)
      }
      let sigma = try FloatMap.decode(
        [UInt8](try Data(contentsOf: deviation)), named: deviation.path)
      guard sigma.shape == image.depths.shape else {
        throw CommandFailure(
          .unreadableInput, "\(deviation.path): \(sigma.shape) beside \(image.depths.shape)")
      }
      // A depth too large for the file is a returned depth all the same.
      sigma.withUnsafeElements(of: Float.self) { sigma in
        image.depths.withUnsafeMutableElements(of: Float.self) { depths in
          for i in 0..<depths.count where depths[i] == 0 && sigma[i] > 0 { depths[i] = .infinity }
        }
      }
      image.standardDeviations = sigma
      return image
    } catch let failure as CommandFailure {
      throw failure
    } catch { throw CommandFailure(.unreadableInput, "\(error)") }
  }
}

import Dispatch
public import Foundation
import Vision

/// What was found of a target in a set of images.
public struct TargetSurvey: Sendable, Equatable {
  /// The target that was looked for.
  public var target: CalibrationTarget
  /// One for each image, in their order.
  public var detections: [TargetDetection]
  /// What is probably wrong when no image shows the target, with the remedy.
  public var problem: String?

  /// The views of the images that show the target, in their order.
  public var views: [TargetView] { detections.compactMap(\.view) }
}

extension TargetDetector {
  /// Looks for the target in image files.
  ///
  /// Each thread holds one image at a time; the result does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - files: The images.
  ///   - threads: How many are searched at once, at least 1.
  ///   - progress: Called after each image with the number done, one call at a time, on any thread.
  /// - Returns: What was found; a file that cannot be read is an outcome of its own.
  /// - Throws: `VisionError` when OpenCV is not there or the marker dictionary is too small.
  public func detect(
    images files: [URL], threads: Int = 1, progress: (@Sendable (Int) -> Void)? = nil
  ) throws -> TargetSurvey {
    let results = DetectionResults(count: files.count, progress: progress)
    let workers = min(max(threads, 1), max(files.count, 1))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while let index = results.next() {
        results.set(index, Result { try detect(file: files[index]) })
      }
    }
    let detections = try results.all()
    var survey = TargetSurvey(target: target, detections: detections)
    if survey.views.isEmpty { survey.problem = try diagnose(files, detections) }
    return survey
  }

  private func detect(file: URL) throws -> TargetDetection {
    let name = file.lastPathComponent
    switch Self.read(file) {
    case .success(let image): return try detect(in: image, name: name)
    case .failure(let error):
      return TargetDetection(name: name, outcome: .unreadable(reason: error.reason))
    }
  }

  struct UnreadableFile: Error {
    var reason: String
  }

  /// Reads a file of at most 1 GB.
  static func read(_ file: URL) -> Result<Image, UnreadableFile> {
    let path = file.resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let attributes else { return .failure(UnreadableFile(reason: "no such file")) }
    guard attributes[.type] as? FileAttributeType == .typeRegular,
      let size = attributes[.size] as? Int
    else { return .failure(UnreadableFile(reason: "not a file")) }
    guard size <= 1 << 30 else { return .failure(UnreadableFile(reason: "larger than 1 GB")) }
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure(UnreadableFile(reason: "cannot be read"))
    }
    do {
      return .success(try ImageCodec.decode([UInt8](data), named: file.lastPathComponent))
    } catch {
      return .failure(UnreadableFile(reason: "\(error)"))
    }
  }
}

/// Outcomes by index, filled from several threads.
private final class DetectionResults: @unchecked Sendable {
  private let lock = NSLock()
  private var upcoming = 0
  private var done = 0
  private var outcomes: [Result<TargetDetection, any Error>?]
  private let progress: (@Sendable (Int) -> Void)?

  init(count: Int, progress: (@Sendable (Int) -> Void)?) {
    outcomes = Array(repeating: nil, count: count)
    self.progress = progress
  }

  func next() -> Int? {
    lock.withLock {
      guard upcoming < outcomes.count else { return nil }
      defer { upcoming += 1 }
      return upcoming
    }
  }

  func set(_ index: Int, _ outcome: Result<TargetDetection, any Error>) {
    lock.withLock {
      outcomes[index] = outcome
      done += 1
      progress?(done)
    }
  }

  func all() throws -> [TargetDetection] {
    try lock.withLock { try outcomes.compactMap { try $0?.get() } }
  }
}

import Foundation
public import SensorLogs

/// Whether the bytes of a run depend on threads and queues.
public struct DeterminismCheck: Sendable, Equatable {
  /// Number of files compared.
  public var files: Int
  /// The first file that differs or exists in one run only; nil when all are equal.
  public var firstDifference: String?
  /// What the two runs used, for a message.
  public var settings: String

  /// Runs a pipeline twice with different numbers of workers and queue lengths and compares all files.
  ///
  /// `run.json` is compared without its member `run`.
  ///
  /// - Parameters:
  ///   - plan: A checked definition.
  ///   - log: The log.
  ///   - options: How to run; the results go to temporary folders inside its output folder's parent, which are removed.
  /// - Returns: What was found.
  /// - Throws: What a run throws.
  public static func run(_ plan: PipelinePlan, log: any RecordedLog, options: RunOptions) throws
    -> DeterminismCheck
  {
    let base = options.outputFolder + ".verify-\(ProcessInfo.processInfo.processIdentifier)"
    let many = max(2, options.workers)
    let variants = [(workers: 1, capacity: 1), (workers: many, capacity: options.edgeCapacity + 2)]
    var hashes: [[String: String]] = []
    for (index, variant) in variants.enumerated() {
      let folder = "\(base)-\(index)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var changed = options
      changed.outputFolder = folder
      changed.workers = variant.workers
      changed.edgeCapacity = variant.capacity
      changed.resume = false
      changed.overwrite = false
      changed.tracePath = nil
      changed.synchronizesFiles = false
      _ = try PipelineRun(plan, log: log, options: changed).execute()
      hashes.append(try self.hashes(folder))
    }
    let names = Set(hashes[0].keys).union(hashes[1].keys).sorted()
    return DeterminismCheck(
      files: names.count, firstDifference: names.first { hashes[0][$0] != hashes[1][$0] },
      settings: variants.map { "\($0.workers) worker(s), \($0.capacity) frame(s) an edge" }
        .joined(separator: " and "))
  }

  /// The hash of every file of a folder by its path.
  static func hashes(_ folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String]) ?? []
    for name in names {
      var isFolder: ObjCBool = false
      let path = folder + "/" + name
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      if name == OutputFolder.reportName {
        found[name] = try reportHash(path)
      } else {
        found[name] = SHA256.hexDigest(
          [UInt8](FileManager.default.contents(atPath: path) ?? Data()))
      }
    }
    return found
  }

  private static func reportHash(_ path: String) throws -> String {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    guard var object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      return ""
    }
    object["run"] = nil
    let text = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
    return SHA256.hexDigest([UInt8](text))
  }
}

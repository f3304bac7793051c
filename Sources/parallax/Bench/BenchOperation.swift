import Foundation

/// One operation that `parallax bench` times, named as in the peers' scripts.
struct BenchOperation {
  var name: String
  /// What one repetition processes: points, messages.
  var count: Int
  /// Whether `count` counts disparities that are tried.
  var countsDisparities = false
  /// Is called before anything is measured.
  var prepare: () throws -> Void = {}
  /// Does the work once and returns a number that the peers' result can be compared with.
  var body: () throws -> Double
  /// Computes that number instead, after all repetitions, where it takes time of its own.
  var quality: (() throws -> Double)?
}

/// A measured operation.
struct BenchResult: Encodable {
  var op: String
  var n: Int
  var threads: Int
  var msMedian: Double
  var msMin: Double
  var check: Double
  /// Millions of disparities that are tried in a second.
  var mdePerS: Double?
  /// Greatest resident size meanwhile, and how much of it came with the operation.
  var memMb: Double
  var memAddMb: Double

  /// Times `operation`: its preparation and one warm-up, then repetitions for about `seconds`, at least five.
  init(_ operation: BenchOperation, threads: Int, seconds: Double) throws {
    try operation.prepare()
    let before = ResidentSize.startOver()
    var check = try operation.body()
    var times: [Double] = []
    let end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    while times.count < 5 || (DispatchTime.now().uptimeNanoseconds < end && times.count < 1000) {
      let start = DispatchTime.now().uptimeNanoseconds
      check = try operation.body()
      times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
    }
    if let quality = operation.quality { check = try quality() }
    times.sort()
    op = operation.name
    n = operation.count
    self.threads = threads
    msMedian = times[times.count / 2]
    msMin = times[0]
    self.check = check
    if operation.countsDisparities { mdePerS = Double(operation.count) / msMin / 1000 }
    memMb = ResidentSize.megabytes("VmHWM")
    memAddMb = memMb - before
  }
}

/// The memory of this process as Linux counts it.
private enum ResidentSize {
  /// Forgets the greatest size so far; returns the present one.
  static func startOver() -> Double {
    try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    return megabytes("VmRSS")
  }

  static func megabytes(_ key: String) -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
    return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0) / 1024
  }
}

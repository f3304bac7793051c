import Foundation

/// A line on stderr that is redrawn while work goes on; silent when stderr is no terminal.
final class ProgressBar: @unchecked Sendable {
  private let isShown = isatty(STDERR_FILENO) != 0
  private let start = Date()
  private let lock = NSLock()
  private var lastDrawn = Date.distantPast
  private let unit: String

  init(unit: String = "frames") { self.unit = unit }

  /// Shows that `done` of `total` are finished; `total` nil when it is unknown.
  func update(done: Int, total: Int?) {
    guard isShown else { return }
    lock.lock()
    defer { lock.unlock() }
    let now = Date()
    guard now.timeIntervalSince(lastDrawn) > 0.1 || done == total else { return }
    lastDrawn = now
    let elapsed = now.timeIntervalSince(start)
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    var line = total.map { "\(done) of \($0) \(unit)" } ?? "\(done) \(unit)"
    line += String(format: "  %.1f/s", rate)
    if let total, total > 0 {
      let filled = min(24, 24 * done / total)
      let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 24 - filled)
      line = "\(bar) \(line)"
      if rate > 0 { line += String(format: "  %.0f s left", Double(max(0, total - done)) / rate) }
    }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
  }

  /// Removes the line.
  func finish() {
    guard isShown else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}

import Dispatch
import Foundation

/// Turns Ctrl-C and SIGTERM into a request to stop; a second signal ends the process at once.
final class Interruption: @unchecked Sendable {
  private let lock = NSLock()
  private var received: Int32?
  private var sources: [any DispatchSourceSignal] = []

  /// Starts listening; `stop` is called once, on the first signal.
  init(_ stop: @escaping @Sendable () -> Void) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.handle(number, stop) }
      source.resume()
      sources.append(source)
    }
  }

  private func handle(_ number: Int32, _ stop: () -> Void) {
    lock.lock()
    let isFirst = received == nil
    received = received ?? number
    lock.unlock()
    guard isFirst else { _exit(128 + number) }
    Console.note(
      "stopping; what is committed stays and --resume goes on; a second signal ends at once")
    stop()
  }

  /// The exit code for the signal that came, if one did: 130 for Ctrl-C, 75 (retry) for SIGTERM.
  var exitCode: ExitCode? {
    lock.lock()
    defer { lock.unlock() }
    return received.map { $0 == SIGTERM ? .temporary : .interrupted }
  }
}

import CCeres
import Foundation

/// Ceres's functions, opened at their first use.
enum Ceres {
  /// The table is constant and its functions are thread-safe.
  private struct Table: @unchecked Sendable {
    let functions: UnsafePointer<cceres_table>
  }

  private static let opened: Result<Table, SolverError> = {
    var text = [CChar](repeating: 0, count: 1024)
    let override = ProcessInfo.processInfo.environment["PARALLAX_CERES_LIBRARY"]
    let named = override.flatMap { $0.isEmpty ? nil : $0 }
    guard let functions = cceres_open(named, &text, text.count) else {
      let reason = String(
        decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      return .failure(.libraryUnavailable(reason: reason))
    }
    return .success(Table(functions: functions))
  }()

  /// The functions.
  static func functions() throws -> UnsafePointer<cceres_table> { try opened.get().functions }

  /// Calls one function of the table and turns its status into an error.
  static func call(_ operation: String, _ body: (cceres_table) -> cceres_status) throws {
    let functions = try functions()
    guard body(functions.pointee) == cceres_ok else {
      let reason = String(cString: functions.pointee.last_error())
      throw SolverError.failed(operation: operation, reason: reason)
    }
  }

  /// Ceres's own version, for example "2.1.0".
  static func version() throws -> String { String(cString: try functions().pointee.version()) }
}

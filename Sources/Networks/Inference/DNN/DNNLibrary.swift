internal import CDNN
import Foundation

/// The shared library through which prepared networks reach oneDNN, opened at the first use.
///
/// The environment variable `PARALLAX_DNN_LIBRARY` names another build of `libparallax-dnn.so`.
enum DNNLibrary {
  static let pathVariable = "PARALLAX_DNN_LIBRARY"

  /// The functions of the runtime, or why there are none.
  nonisolated(unsafe) private static let opened:
    Result<UnsafePointer<cdnn_table>, PreparationError> = {
      let path = ProcessInfo.processInfo.environment[pathVariable]
      return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { reason in
        reason.initialize(repeating: 0)
        if let start = reason.baseAddress, let table = cdnn_open(path, start, 1024) {
          return .success(table)
        }
        return .failure(
          .libraryMissing(
            path: path ?? "libparallax-dnn.so",
            reason: reason.baseAddress.map { String(cString: $0) } ?? ""))
      }
    }()

  static func table() throws(PreparationError) -> UnsafePointer<cdnn_table> { try opened.get() }
}

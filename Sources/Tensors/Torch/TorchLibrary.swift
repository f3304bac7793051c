internal import CTorch
import Foundation
import Synchronization

/// The shared library through which tensors reach libtorch, opened at the first tensor operation.
///
/// Opening takes about half a second and 160 MB, so nothing opens it before an operation needs it:
/// making, copying, reading, reshaping and writing tensors on the host do not. The environment
/// variable `PARALLAX_TORCH_LIBRARY` names another build of `libparallax-torch.so`, for example one
/// for CUDA.
public enum TorchLibrary {
  /// The environment variable that names another build of the runtime.
  public static let pathVariable = "PARALLAX_TORCH_LIBRARY"

  private static let wasOpened = Atomic<Bool>(false)

  /// The functions of the runtime, or why there are none.
  nonisolated(unsafe) static let opened: Result<UnsafePointer<ctorch_table>, TensorError> = {
    let path = ProcessInfo.processInfo.environment[pathVariable]
    let reason = UnsafeMutablePointer<CChar>.allocate(capacity: 1024)
    defer { reason.deallocate() }
    reason.initialize(repeating: 0, count: 1024)
    guard let table = ctorch_open(path, reason, 1024) else {
      return .failure(
        .libraryMissing(path: path ?? CTORCH_LIBRARY_NAME, reason: String(cString: reason)))
    }
    _ = table.pointee.use_memory(ctorch_memory_take, ctorch_memory_give)
    wasOpened.store(true, ordering: .releasing)
    return .success(table)
  }()

  /// The functions of the runtime; ends the process when there are none.
  nonisolated(unsafe) static let table: UnsafePointer<ctorch_table> = {
    switch opened {
    case .success(let table): return table
    case .failure(let error): stop(error.description)
    }
  }()

  /// Whether the runtime has been opened.
  public static var isLoaded: Bool { wasOpened.load(ordering: .acquiring) }

  /// Opens the runtime now.
  ///
  /// A program calls it before its first tensor operation, to report a missing library as an error:
  /// operations themselves cannot throw and end the process instead.
  ///
  /// - Throws: ``TensorError/libraryMissing(path:reason:)``.
  public static func load() throws(TensorError) { _ = try opened.get() }

  /// Version of libtorch, for example `1.13.0`.
  ///
  /// - Returns: The version.
  /// - Throws: ``TensorError/libraryMissing(path:reason:)``.
  public static func version() throws(TensorError) -> String {
    String(cString: try opened.get().pointee.version())
  }

  /// Turns a status of the runtime into an error.
  static func check(
    _ status: ctorch_status, _ operation: @autoclosure () -> String
  ) throws(TensorError) {
    guard status != CTORCH_OK else { return }
    let reason = String(cString: table.pointee.last_error())
    throw status == CTORCH_OUT_OF_MEMORY
      ? .outOfMemory(operation: operation(), reason: reason)
      : .operationFailed(operation: operation(), reason: reason)
  }

  /// Ends the process when a status of the runtime reports a failure.
  @inline(__always)
  static func demand(_ status: ctorch_status, _ operation: @autoclosure () -> String) {
    if status != CTORCH_OK {
      stop("\(operation()): \(String(cString: table.pointee.last_error()))")
    }
  }
}

import Foundation

/// Ends the process because of a mistake in the program, and says which one, in optimised builds
/// too.
///
/// `precondition` alone drops its message there, and a shape mistake without its shapes cannot be
/// found.
package func stop(_ message: @autoclosure () -> String) -> Never {
  let text = message()
  #if !DEBUG
    FileHandle.standardError.write(Data("Fatal error: \(text)\n".utf8))
  #endif
  preconditionFailure(text)
}

/// Checks what the caller promised; `message` names the operation and the values.
@inline(__always)
package func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { stop(message()) }
}

/// What is wrong with a safetensors file, and where.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// Path of the file.
  public let path: String
  /// Where in the file: `header`, `header at byte 17`, `tensor "conv1.weight"`.
  public let place: String
  /// What is wrong there.
  public let reason: String

  /// One sentence for a person.
  public var description: String { "\(path): \(place): \(reason)" }
}

/// What is wrong, before it is known in which file.
struct SafetensorsProblem: Error {
  let place: String
  let reason: String

  init(_ place: String, _ reason: String) {
    self.place = place
    self.reason = reason
  }
}

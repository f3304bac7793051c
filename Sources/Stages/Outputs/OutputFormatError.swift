import Pipelines
import SensorLogs

/// A result that its output format cannot write.
public struct OutputFormatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The format's name.
  public var format: String
  /// What is wrong.
  public var problem: String

  /// One line for a person.
  public var description: String { "output format '\(format)': \(problem)" }
}

/// The payload of `message` as the type that `format` writes; the definition's check has made sure of it.
func payload<Body: Payload>(of message: AnyMessage, for format: any OutputFormat.Type) throws
  -> Body
{
  guard let body = message.payload as? Body else {
    throw OutputFormatError(
      format: format.name,
      problem: "takes \(Body.typeName), not \(type(of: message.payload).typeName)")
  }
  return body
}

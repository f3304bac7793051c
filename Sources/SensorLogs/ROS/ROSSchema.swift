/// Message types as a log's schema text defines them: the top type and all that it contains.
public struct ROSSchema: Sendable {
  /// A type that is not made of other types.
  public enum Primitive: String, Sendable {
    case bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64, string
    /// ROS 1: unsigned seconds and nanoseconds.
    case time
    /// ROS 1: signed seconds and nanoseconds.
    case duration
  }

  /// What one element of a field is.
  public enum Element: Sendable {
    case primitive(Primitive)
    /// An index into ``ROSSchema/types``.
    case message(Int)
  }

  /// How many elements a field has.
  public enum Arity: Sendable, Equatable {
    case one
    case fixed(Int)
    /// As many as the message says, at most `bound`.
    case sequence(bound: Int?)
  }

  /// A field of a message.
  public struct Field: Sendable {
    /// Its name.
    public var name: String
    /// What one element is.
    public var element: Element
    /// How many elements it has.
    public var arity: Arity
    /// The value in the definition's text when a message leaves the field unset; nil when none is given.
    public var defaultValue: String?
  }

  /// A named constant of a message type.
  public struct Constant: Sendable, Equatable {
    /// Its type as written.
    public var type: String
    /// Its name.
    public var name: String
    /// Its value as written.
    public var value: String
  }

  /// A message type.
  public struct MessageType: Sendable {
    /// Package and name: `sensor_msgs/Image`.
    public var name: String
    /// The fields in order.
    public var fields: [Field]
    /// The constants in order.
    public var constants: [Constant]
    /// What the type means to every reader.
    var role: Role = .plain
    /// The least bytes that one value takes in a message.
    var leastByteCount = 0
  }

  /// Types that are read as one value.
  enum Role: Sendable {
    case plain
    /// `sec`, `nanosec`.
    case time
    /// `stamp`, `frame_id`, in ROS 1 `seq` before them.
    case header
  }

  /// All types; the first is the top one.
  public internal(set) var types: [MessageType]

  /// The top type.
  public var root: MessageType { types[0] }

  /// Package and name without the `msg` in between: `sensor_msgs/msg/Image` becomes `sensor_msgs/Image`.
  ///
  /// - Parameter name: A type's name as ROS 1 or ROS 2 writes it.
  /// - Returns: The short form, which is that of ROS 1.
  public static func shortName(_ name: String) -> String {
    let parts = name.split(separator: "/")
    guard parts.count == 3, parts[1] == "msg" else { return name }
    return "\(parts[0])/\(parts[2])"
  }

  /// Package, `msg` and name, as ROS 2 writes it.
  ///
  /// - Parameter name: A type's name as ROS 1 or ROS 2 writes it.
  /// - Returns: The long form.
  public static func longName(_ name: String) -> String {
    let parts = name.split(separator: "/")
    return parts.count == 2 ? "\(parts[0])/msg/\(parts[1])" : name
  }
}

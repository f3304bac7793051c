public import Geometry
public import PointClouds
public import Vision

extension Image: Payload {
  /// The name in definitions.
  public static var typeName: String { "image" }
}
extension DepthImage: Payload {
  /// The name in definitions.
  public static var typeName: String { "depth" }
}
extension DisparityImage: Payload {
  /// The name in definitions.
  public static var typeName: String { "disparity" }
}
extension StereoPair: Payload {
  /// The name in definitions.
  public static var typeName: String { "stereo_pair" }
}
extension FlowField: Payload {
  /// The name in definitions.
  public static var typeName: String { "flow" }
}
extension PointCloud: Payload {
  /// The name in definitions.
  public static var typeName: String { "cloud" }
}
extension ClusteredCloud: Payload {
  /// The name in definitions.
  public static var typeName: String { "clusters" }
}
extension CameraModel: Payload {
  /// The name in definitions.
  public static var typeName: String { "camera" }
}

/// Boxes of one instant, in the frame of the message.
public struct Detections3D: Payload, Equatable {
  /// The name in definitions.
  public static var typeName: String { "boxes" }
  /// The boxes, best first where they have scores.
  public var boxes: [Box3D]

  /// Boxes of one instant.
  ///
  /// - Parameter boxes: The boxes.
  public init(boxes: [Box3D]) { self.boxes = boxes }
}

/// Boxes in an image of one instant, pixels; the message names the camera's frame.
public struct Detections2D: Payload, Equatable {
  /// The name in definitions.
  public static var typeName: String { "boxes2d" }
  /// The boxes, best first where they have scores.
  public var boxes: [Box2D]

  /// Boxes of one instant.
  ///
  /// - Parameter boxes: The boxes.
  public init(boxes: [Box2D]) { self.boxes = boxes }
}

/// Rigid transforms between named frames.
public struct FrameTransforms: Payload, Equatable {
  /// The name in definitions.
  public static var typeName: String { "transforms" }

  /// One transform: maps coordinates in `child` to coordinates in `parent`.
  public struct Edge: Sendable, Equatable {
    /// The target frame.
    public var parent: String
    /// The source frame.
    public var child: String
    /// `parent_from_child`.
    public var parentFromChild: Pose
    /// Whether it holds for the whole log.
    public var isStatic: Bool

    /// A transform between two named frames.
    ///
    /// - Parameters:
    ///   - parent: The target frame.
    ///   - child: The source frame.
    ///   - parentFromChild: Child coordinates to parent coordinates.
    ///   - isStatic: Whether it holds for the whole log.
    public init(parent: String, child: String, parentFromChild: Pose, isStatic: Bool = false) {
      self.parent = parent
      self.child = child
      self.parentFromChild = parentFromChild
      self.isStatic = isStatic
    }
  }

  /// The transforms.
  public var edges: [Edge]

  /// Transforms between named frames.
  ///
  /// - Parameter edges: The transforms.
  public init(edges: [Edge]) { self.edges = edges }
}

/// A message of a type that Parallax has no value type for, decoded through its schema.
public struct Record: Payload {
  /// The name in definitions.
  public static var typeName: String { "record" }
  /// The schema's name, for example `sensor_msgs/msg/Imu`.
  public var schemaName: String
  /// The fields in the order of the schema.
  public var fields: [(name: String, value: RecordValue)]

  /// A decoded message.
  ///
  /// - Parameters:
  ///   - schemaName: The schema's name.
  ///   - fields: The fields in the order of the schema.
  public init(schemaName: String, fields: [(name: String, value: RecordValue)]) {
    self.schemaName = schemaName
    self.fields = fields
  }

  /// The value of a field.
  ///
  /// - Parameter name: The field's name.
  /// - Returns: Its value, or nil when the schema has no such field.
  public subscript(name: String) -> RecordValue? { fields.first { $0.name == name }?.value }
}

/// A value inside a ``Record``.
public indirect enum RecordValue: Sendable {
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case real(Double)
  case text(String)
  case bytes([UInt8])
  case list([RecordValue])
  case record(Record)
  /// Seconds and nanoseconds since the epoch.
  case time(Timestamp)
}

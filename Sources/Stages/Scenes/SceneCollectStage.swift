public import Configuration
import Geometry
public import Pipelines
import PointClouds
public import SensorLogs
import Vision

/// Results of one instant that belong together for a viewer.
public struct Scene: Payload {
  /// The name in definitions.
  public static let typeName = "scene"

  /// One result with the topic that it gets.
  public struct Part: Sendable {
    /// The topic.
    public var topic: String
    /// The result.
    public var message: AnyMessage
  }

  /// The results in the order of their ports.
  public var parts: [Part]
}

/// `scene.collect`: results of one frame in one payload, for one file.
public struct SceneCollectStage: Stage {
  /// No settings.
  public typealias Parameters = NoParameters

  static let cloud = InputPort<PointCloud>("cloud", "points", isOptional: true)
  static let boxes = InputPort<Detections3D>("boxes", "boxes", isOptional: true)
  static let image = InputPort<Image>("image", "a picture", isOptional: true)
  static let overlay = InputPort<Image>("overlay", "a second picture", isOptional: true)
  static let depth = InputPort<DepthImage>("depth", "depths", isOptional: true)
  static let camera = InputPort<CameraModel>("camera", "a camera", isOptional: true)
  static let transforms = InputPort<FrameTransforms>(
    "transforms", "transforms between the frames of the others", isOptional: true)

  /// The name under `use:`.
  public static let name = "scene.collect"
  /// What it does.
  public static let documentation = """
    Collects results of one frame, so that one MCAP file holds them all for a viewer.
    Each connected port becomes a topic: /cloud, /boxes, /image, /overlay, /depth, /camera_info, /tf_static. Headers, coordinate
    frames included, stay as they are. The scene bears the timestamp of its first part.
    """
  /// The input ports.
  public static let inputs: [any InputPortDescription] = [
    cloud, boxes, image, overlay, depth, camera, transforms,
  ]

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: None.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {}

  /// Collects one frame.
  ///
  /// - Parameter inputs: What is connected.
  /// - Returns: The scene.
  public func process(_ inputs: StageInputs) -> Message<Scene> {
    let found: [(topic: String, message: AnyMessage?)] = [
      ("/cloud", inputs.optional(Self.cloud).map { AnyMessage($0) }),
      ("/boxes", inputs.optional(Self.boxes).map { AnyMessage($0) }),
      ("/image", inputs.optional(Self.image).map { AnyMessage($0) }),
      ("/overlay", inputs.optional(Self.overlay).map { AnyMessage($0) }),
      ("/depth", inputs.optional(Self.depth).map { AnyMessage($0) }),
      ("/camera_info", inputs.optional(Self.camera).map { AnyMessage($0) }),
      ("/tf_static", inputs.optional(Self.transforms).map { AnyMessage($0) }),
    ]
    let parts = found.compactMap { part in
      part.message.map { Scene.Part(topic: part.topic, message: $0) }
    }
    let header = parts.first?.message.header ?? MessageHeader(timestamp: Timestamp(nanoseconds: 0))
    return Message(header: header, payload: Scene(parts: parts))
  }
}

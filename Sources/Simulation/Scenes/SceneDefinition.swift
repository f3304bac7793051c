public import Configuration
import Foundation

/// What a scene shows.
public enum SceneKind: String, CaseIterable, ParameterValue {
  case street
  case room
  /// Rooms of random size, layout and furniture, seen from random places.
  case rooms
  /// Single objects as points on their surfaces.
  case shapes
  /// Short clips in which one thing happens.
  case actions
}

/// A scene to simulate: the world, the sensors, and for how long.
///
/// Read from YAML; `pipelines/scenes/street.yaml` shows every key. Frame k of a seed is the same whatever the number of
/// frames.
public struct SceneDefinition: Sendable {
  /// Its name.
  public var name: String
  /// What it shows.
  public var kind: SceneKind
  /// Frames per second.
  public var rate: Double
  /// Number of frames.
  public var frames: Int
  /// Seed of everything random.
  public var seed: UInt64
  /// After how many frames another world begins; nil for one world.
  ///
  /// Each world has a seed of its own, derived from ``seed`` and its number; its time starts at 0. The first is that of a
  /// scene without this.
  public var framesPerWorld: Int?
  /// What is written about each pixel of the cameras.
  public var groundTruth: [CameraTruth] = []
  /// What stands along the street, when it is one.
  public var street: StreetContents
  /// What stands in the room, when it is one.
  public var room: RoomContents
  /// How random rooms look, when it shows them.
  public var rooms: RoomsContents
  /// Which shapes occur, when it shows single ones.
  public var shapes: ShapeContents
  /// What happens, when it shows clips.
  public var actions = ActionContents()
  /// Folder of the definition; relative paths in contents start there.
  public var folder = ""
  /// The sensors; none for single shapes and clips.
  public var sensors: [SimulatedSensor]

  /// A scene with the default contents.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - kind: What it shows.
  ///   - rate: Frames per second, above 0.
  ///   - frames: Number of frames.
  ///   - seed: Seed of everything random.
  ///   - framesPerWorld: After how many frames another world begins, at least 1; nil for one world.
  ///   - sensors: The sensors; at most one of each kind.
  public init(
    name: String, kind: SceneKind, rate: Double = 10, frames: Int = 20, seed: UInt64 = 1,
    framesPerWorld: Int? = nil, sensors: [SimulatedSensor]
  ) {
    self.name = name
    self.kind = kind
    self.rate = rate
    self.frames = frames
    self.seed = seed
    self.framesPerWorld = framesPerWorld
    self.street = StreetContents()
    self.room = RoomContents()
    self.rooms = RoomsContents()
    self.shapes = ShapeContents()
    self.sensors = sensors
  }

  /// Reads a definition from a file.
  ///
  /// - Parameter path: A YAML file.
  /// - Throws: ``ConfigurationErrors`` with the line and column of everything that is wrong.
  public init(file path: String) throws {
    try self.init(YAMLNode(file: path))
    folder = (path as NSString).deletingLastPathComponent
  }

  /// Reads a definition.
  ///
  /// - Parameter node: The document's root.
  /// - Throws: ``ConfigurationErrors`` with the line and column of everything that is wrong.
  public init(_ node: YAMLNode) throws {
    let mapping = try node.requireMapping("a scene: a mapping with 'kind' and 'sensors'")
    let general = [
      "name", "kind", "rate", "frames", "duration", "seed", "frames_per_world", "ground_truth",
    ]
    var errors = mapping.unknownKeys(besides: general + ["contents", "sensors"])
    func read<Value>(_ fallback: Value, _ body: () throws -> Value) -> Value {
      do { return try body() } catch {
        errors += ConfigurationErrors(collecting: error, at: mapping.position).errors
        return fallback
      }
    }
    let known = mapping.entries.filter { general.contains($0.key) }
    var settings = YAMLNode.emptyMapping(at: node.position)
    var entries = YAMLMapping(selecting: known, from: settings)
    if mapping["kind"] == nil {
      _ = read(SceneKind.street) { try mapping.required("kind", as: SceneKind.self) }
      entries.set("kind", to: settings)
    }
    settings.content = .mapping(entries)
    let header =
      mapping["kind"] == nil
      ? SceneHeader() : read(SceneHeader()) { try SceneHeader(settings: settings) }
    if let duration = mapping["duration"], mapping["frames"] != nil {
      errors.append(duration.error("give 'frames' or 'duration', not both"))
    }
    let contents = mapping["contents"]
    self.init(
      name: header.name, kind: header.kind, rate: header.rate, frames: header.frameCount,
      seed: UInt64(header.seed), framesPerWorld: header.framesPerWorld, sensors: [])
    groundTruth = header.groundTruth
    if let contents {
      switch kind {
      case .street: street = read(street) { try StreetContents(settings: contents) }
      case .room: room = read(room) { try RoomContents(settings: contents) }
      case .rooms: rooms = read(rooms) { try RoomsContents(settings: contents) }
      case .shapes: shapes = read(shapes) { try ShapeContents(settings: contents) }
      case .actions: actions = read(actions) { try ActionContents(settings: contents) }
      }
    }
    if kind == .street, street.layout == .random {
      // A random street is not endless.
      let seconds = Double(framesPerWorld ?? 0) / rate
      if framesPerWorld == nil || seconds * street.speed > 400 || seconds > 60 {
        errors.append(
          (contents ?? node).error(
            "'layout: random' needs 'frames_per_world', at most 60 s and 400 m of driving"))
      }
    }
    if kind == .shapes || kind == .actions {
      if let list = mapping["sensors"] {
        errors.append(
          list.error("single shapes and clips are drawn without sensors: leave 'sensors' out"))
      }
      if !errors.isEmpty { throw ConfigurationErrors(errors) }
      return
    }
    sensors = read([]) { try SimulatedSensor.list(mapping.required("sensors")) }
    if !errors.isEmpty { throw ConfigurationErrors(errors) }
  }
}

extension SceneDefinition {
  /// How long each world is looked at, seconds; 10 where it never changes.
  var worldDuration: Double {
    framesPerWorld.map { min(60, Double(max($0, 1) - 1) / rate) } ?? 10
  }
}

/// The plain settings of a scene.
private struct SceneHeader: ParameterSet {
  @Parameter("Name of the scene") var name = "scene"
  @Parameter("What it shows") var kind = SceneKind.street
  @Parameter("Frames per second", in: 0.1...200) var rate = 10.0
  @Parameter("Number of frames", in: 1...1_000_000) var frames: Int? = nil
  @Parameter("Length of the log", in: 0...100_000) var duration: Duration? = nil
  @Parameter("Seed of everything random", in: 0...9e15) var seed = 1
  @Parameter("Frames after which another random world begins", in: 1...1_000_000)
  var framesPerWorld: Int? = nil
  @Parameter("Truth about each pixel of the cameras: depth, instances, semantics, flow, boxes")
  var groundTruth: [CameraTruth] = []

  var frameCount: Int {
    if let frames { return frames }
    guard let duration else { return 20 }
    let parts = duration.components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    return max(1, Int((seconds * rate).rounded()))
  }
}

extension YAMLMapping {
  /// Some entries of a mapping as a mapping of their own.
  fileprivate init(selecting entries: [Entry], from empty: YAMLNode) {
    // An empty node of the module Configuration always holds an empty mapping.
    guard var mapping = empty.mapping else { preconditionFailure("an empty mapping is a mapping") }
    for entry in entries { mapping.set(entry.key, to: entry.value) }
    self = mapping
  }
}

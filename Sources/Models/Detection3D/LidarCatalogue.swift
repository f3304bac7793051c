import Configuration
import Foundation
import Geometry
import Networks
import PointClouds
import Tensors

extension ModelCatalogue {
  /// Detectors of objects in LiDAR scans.
  static let lidar: [ModelEntry] =
    [
      detector(SparseCentreTask.self, ["small": SparseCentreSettings(), "kitti": .kitti]),
      detector(PointPillarsTask.self, ["small": PointPillarsSettings(), "kitti": .kitti]),
    ] + anchorDetectors

  private static func detector<Task: CentreTask>(
    _ type: Task.Type, _ presets: [String: Task.Settings]
  ) -> ModelEntry {
    ModelEntry(
      Task.name, Task.summary,
      inputs: [.points], configuration: LidarConfiguration.self
    ) { configuration in
      let name = configuration.preset ?? "small"
      guard let preset = presets[name] else {
        throw ModelError.configuration(
          "preset: \(presets.keys.sorted(by: >).joined(separator: " or ")), not \(name)")
      }
      let settings = try configuration.settings.map { try $0.settings(Task.Settings.self) }
      let classes = configuration.classes ?? ["Car", "Pedestrian", "Cyclist"]
      return RunnableDetector(
        try Task(settings ?? preset, classes: CloudClasses(names: classes)),
        isPrepared: configuration.prepare ?? false)
    } run: { detector, inputs in
      guard let maps = try detector.maps(inputs["points"]) else {
        throw ModelError.input("input points: none lies in the detector's range")
      }
      let boxes = try detector.task.decoder.boxes(maps)[0]
      return [("heat", maps.heat), ("codes", maps.codes)]
        + boxOutputs(boxes, names: detector.task.classes.names)
    }
  }
}

extension ModelInput {
  /// Points: x, y, z, intensity.
  static let points = ModelInput("points", [.any("N", least: 0, example: 1), 4])
}

/// A cloud of points `[N, 4]`.
func pointCloud(_ points: Tensor) -> PointCloud {
  PointCloud(
    positions: points.narrowed(axis: 1, to: 0..<3).contiguous(),
    attributes: ["intensity": points.narrowed(axis: 1, to: 3..<4).contiguous()])
}

/// Boxes as outputs: rows x, y, z, length, width, height, yaw; scores, and places of classes.
func boxOutputs(_ boxes: [Box3D], names: [String]) -> [(name: String, value: Tensor)] {
  [
    ("boxes", Tensor(boxes: boxes).converted(to: .float32)),
    ("scores", Tensor(boxes.map { Float($0.score) })),
    ("labels", Tensor(boxes.map { Int32(names.firstIndex(of: $0.label) ?? -1) })),
  ]
}

/// Configuration of a detector: `small` or `kitti`, or all settings of its task.
private struct LidarConfiguration: Decodable, Sendable {
  var preset: String?
  var classes: [String]?
  /// Whether the network is made fast at its first use.
  var prepare: Bool?
  var settings: SettingsObject?
}

/// Settings as a JSON object.
private struct SettingsObject: Decodable, Sendable {
  private let text: String

  init(from decoder: any Decoder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    text = String(
      decoding: try encoder.encode(try JSONElement(from: decoder)), as: UTF8.self)
  }

  func settings<Settings: ParameterSet>(_: Settings.Type) throws -> Settings {
    do { return try Settings(settings: YAMLNode(text: text, file: "settings")) } catch {
      throw ModelError.configuration("\(error)")
    }
  }
}

/// Any JSON, read to be written again.
private indirect enum JSONElement: Codable {
  case object([String: JSONElement])
  case list([JSONElement])
  case truth(Bool)
  case whole(Int)
  case number(Double)
  case text(String)
  case nothing

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .nothing
    } else if let found = try? value.decode(Bool.self) {
      self = .truth(found)
    } else if let found = try? value.decode(Int.self) {
      self = .whole(found)
    } else if let found = try? value.decode(Double.self) {
      self = .number(found)
    } else if let found = try? value.decode(String.self) {
      self = .text(found)
    } else if let found = try? value.decode([JSONElement].self) {
      self = .list(found)
    } else {
      self = .object(try value.decode([String: JSONElement].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .object(let found): try value.encode(found)
    case .list(let found): try value.encode(found)
    case .truth(let found): try value.encode(found)
    case .whole(let found): try value.encode(found)
    case .number(let found): try value.encode(found)
    case .text(let found): try value.encode(found)
    case .nothing: try value.encodeNil()
    }
  }
}

/// A detector's network with the task that it is for.
private final class RunnableDetector<Task: CentreTask>: Module, @unchecked Sendable {
  let task: Task
  let network: Task.Network
  private let isPrepared: Bool
  private let lock = NSLock()
  private var fast: (@Sendable ([String: Tensor]) throws -> CentreMaps?)?

  init(_ task: Task, isPrepared: Bool) {
    self.task = task
    self.isPrepared = isPrepared
    network = task.makeNetwork()
  }

  var members: [(name: String, part: ModulePart)] { network.members }
  static var kind: String { Task.Network.kind }

  /// What the network says about points `[N, 4]`.
  func maps(_ points: Tensor) throws -> CentreMaps? {
    let inputs = try task.inputs(of: pointCloud(points))
    guard isPrepared else { return try task.maps(network, inputs, count: 1) }
    let body = try lock.withLock {
      let found = try fast ?? task.prepared(network)
      fast = found
      return found
    }
    return try body(inputs)
  }
}

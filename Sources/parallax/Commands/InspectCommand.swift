import Foundation
import PointClouds
import SensorLogs
import Tensors

/// `parallax inspect PATH`.
enum InspectCommand: Command {
  static let description = CommandDescription(
    name: "inspect",
    summary: "show what a recorded log, cloud, mesh, image or weight file holds, and check it",
    discussion: """
      Reads the whole input once: every checksum, index and length is checked. Damage is listed with its place; what is
      readable is counted. Of a cloud or mesh it tells counts, attributes with their types, bounds and origin, of a mesh also
      area, volume and whether it is watertight. Exit code 3 says that something was damaged, 5 that nothing could be read.
      """,
    positionals: [
      .init(
        name: "PATH",
        summary: "an MCAP file, a bag, a folder of recordings, a cloud, a mesh, an image, a video")
    ],
    options: [CommandDescription.json],
    examples: [
      "parallax inspect drive.mcap", "parallax inspect kitti/ --json", "parallax inspect bunny.obj",
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = arguments.positionals[0]
    let summary = try LogSummary(of: path)
    for note in summary.notes { Console.note("note: \(note)") }
    for damage in summary.damage { Console.note("damaged: \(damage)") }
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      Console.result(summary.text(path: path))
    }
    return summary.damaged ? .incomplete : .done
  }
}

/// What `inspect` prints, as the contract of the command line names it.
struct LogSummary: Encodable {
  struct Stream: Encodable {
    var topic: String
    var type: String
    var messages: Int
    var rateHz: Double?
    var firstNs: Int64?
    var lastNs: Int64?
  }

  var format: String
  var durationS: Double
  var streams: [Stream]
  var damaged: Bool
  var damage: [String]
  /// What is worth knowing but no damage.
  var notes: [String]
  /// The cloud, when the file holds just one.
  var cloud: CloudSummary?
  /// The mesh, when the file holds one.
  var mesh: MeshSummary?

  init(of path: String) throws {
    let place = try LogPath(path)
    if SafetensorsSummary.applies(to: place) {
      self = try SafetensorsSummary.read(place)
      return
    }
    let meshFormat = GeometryFile.meshFormat(of: place)
    if let meshFormat, meshFormat != .ply {
      self.init(format: meshFormat.rawValue, streams: [])
      let reading = try GeometryFile.reading { try MeshFile.read(path: path) }
      mesh = MeshSummary(reading.mesh)
      damage = reading.problems
      damaged = !damage.isEmpty
      notes = reading.notes
      return
    }
    self.init(try RecordedLogs.open(path).inspect())
    if format == "cloud", let reading = try? PointCloudFile.read(path: path) {
      cloud = CloudSummary(reading)
      if meshFormat == .ply, let reading = try? MeshFile.read(path: path) {
        mesh = MeshSummary(reading.mesh)
        notes += reading.notes
      }
    }
  }

  init(format: String, streams: [Stream]) {
    self.format = format
    self.durationS = 0
    self.streams = streams
    self.damaged = false
    self.damage = []
    self.notes = []
  }

  private init(_ inspection: LogInspection) {
    format = inspection.format
    durationS = inspection.duration
    damaged = !inspection.damage.isEmpty
    damage = inspection.damage.map(\.description)
    notes = inspection.notes
    streams = inspection.streams.map { stream in
      let count = stream.messageCount ?? 0
      var rate: Double?
      if let first = stream.first, let last = stream.last, last > first, count > 1 {
        rate = Double(count - 1) / (Double(last.nanoseconds &- first.nanoseconds) / 1e9)
      }
      return Stream(
        topic: stream.topic, type: stream.type, messages: count, rateHz: rate,
        firstNs: stream.first?.nanoseconds, lastNs: stream.last?.nanoseconds)
    }
  }

  func text(path: String) -> String {
    let details = [mesh?.text, mesh == nil ? cloud?.text : nil].compactMap { $0 }
    if !details.isEmpty {
      return (["\(path): \(mesh == nil ? "cloud" : "mesh")"] + details).joined(separator: "\n")
    }
    let head = "\(path): \(format), \(String(format: "%.3f", durationS)) s, "
    let count = streams.reduce(0) { $0 + $1.messages }
    let rows = streams.map { stream in
      [
        "  " + stream.topic, stream.type, "\(stream.messages)",
        stream.rateHz.map { String(format: "%.2f Hz", $0) } ?? "",
      ]
    }
    let lines = [head + "\(count) messages in \(streams.count) streams"]
    return (lines + (rows.isEmpty ? [] : [Console.table(rows)])).joined(separator: "\n")
  }
}

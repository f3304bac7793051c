import Configuration
import Foundation
import PointClouds
import SensorLogs
import Tensors

/// `parallax convert` between files of one cloud or one mesh.
enum GeometryConversion {
  private struct Summary: Encodable {
    var output: String
    /// What was written: `cloud` or `mesh`.
    var kind: String
    var points: Int?
    var vertices: Int?
    var faces: Int?
    /// The cloud counts as one message, as in a log.
    var messages = 1
    var undecodable = 0
    var damaged: Bool
    var damage: [String]
    /// What the new file has no place for, and other things worth knowing.
    var notes: [String]
  }

  /// The form of a result.
  private enum Target {
    case cloud(CloudFormat)
    case mesh(MeshFormat)
  }

  /// Whether input and output are files of clouds or meshes.
  static func isMeant(_ input: LogPath, _ output: String) -> Bool {
    (GeometryFile.meshFormat(of: input) != nil || GeometryFile.cloudFormat(of: input) != nil)
      && isWritable(output)
  }

  static func isWritable(_ output: String) -> Bool {
    CloudFormat.detect([], fileName: output) != nil
      || MeshFormat.detect([], fileName: output) != nil
  }

  static func run(_ arguments: ParsedArguments, _ input: LogPath) throws -> ExitCode {
    let output = arguments.positionals[1]
    let encoding = try encoding(arguments)
    var summary: Summary
    if let format = GeometryFile.meshFormat(of: input) {
      summary = try convertMesh(input, format, to: output, encoding, arguments)
    } else {
      summary = try convertCloud(input, to: output, encoding, arguments)
    }
    summary.damaged = !summary.damage.isEmpty
    for note in summary.notes { Console.note("note: \(note)") }
    for damage in summary.damage { Console.note("damaged: \(damage)") }
    if arguments.isSet("--json") {
      try Console.json(summary)
    } else {
      let content =
        summary.points.map { "\($0) points" }
        ?? "\(summary.vertices ?? 0) vertices, \(summary.faces ?? 0) faces"
      Console.result("\(output): \(content)")
    }
    return summary.damaged ? .incomplete : .done
  }

  private static func encoding(_ arguments: ParsedArguments) throws -> CloudEncoding? {
    guard let text = arguments.value(of: "--encoding") else { return nil }
    let names: [(String, CloudEncoding)] = [
      ("ascii", .ascii), ("binary", .binary), ("binary_big_endian", .binaryBigEndian),
      ("binary_compressed", .binaryCompressed),
    ]
    guard let encoding = names.first(where: { $0.0 == text })?.1 else {
      let hint = NearestName.hint(for: text, among: names.map(\.0), listing: "encodings")
      throw CommandFailure.usage("unknown encoding '\(text)'; \(hint)", command: "convert")
    }
    return encoding
  }

  // MARK: - Clouds

  private static func convertCloud(
    _ input: LogPath, to output: String, _ encoding: CloudEncoding?, _ arguments: ParsedArguments
  ) throws -> Summary {
    if arguments.isSet("--samples") {
      throw CommandFailure.usage(
        "option '--samples' is for meshes, but \(input.path) has no faces", command: "convert")
    }
    let reading = try GeometryFile.reading { try PointCloudFile.read(path: input.path) }
    var summary = Summary(
      output: output, kind: "cloud", damaged: false, damage: reading.problems, notes: [])
    let cloud = local(reading.cloud, arguments)
    summary.points = cloud.count
    switch target(output, ofMesh: false) {
    case .cloud(let format):
      try write(cloud, as: format, to: output, encoding, reading: reading, &summary)
    case .mesh(let format):
      guard format != .stl else {
        throw CommandFailure.usage(
          "a cloud has no faces, and STL holds nothing else; write .obj, .off or .ply",
          command: "convert")
      }
      let mesh = Mesh(pointsOf: cloud)
      summary.notes += losses(mesh, format)
      try writing(arguments) { try MeshFile.write(mesh, path: output, encoding: encoding) }
    }
    return summary
  }

  private static func write(
    _ cloud: PointCloud, as format: CloudFormat, to output: String, _ encoding: CloudEncoding?,
    reading: CloudReading?, _ summary: inout Summary
  ) throws {
    let viewpoint = reading?.viewpoint ?? .identity
    if format == .kittiBin || format == .xyz {
      let lost = cloud.attributes.keys.filter { $0 != "intensity" }.sorted()
      summary.notes += lost.map { "\(format.rawValue) has no place for the attribute '\($0)'" }
    }
    if viewpoint != .identity && format != .pcd && format != .ply {
      summary.notes.append("\(format.rawValue) has no place for the viewpoint")
    }
    if cloud.grid != nil && (format == .kittiBin || format == .xyz) {
      summary.notes.append("\(format.rawValue) has no place for the grid of an organised cloud")
    }
    try writing(nil) {
      try PointCloudFile.write(cloud, path: output, encoding: encoding, viewpoint: viewpoint)
    }
  }

  private static func local(_ cloud: PointCloud, _ arguments: ParsedArguments) -> PointCloud {
    guard arguments.isSet("--local") else { return cloud }
    var cloud = cloud
    cloud.origin = .zero
    return cloud
  }

  // MARK: - Meshes

  private static func convertMesh(
    _ input: LogPath, _ format: MeshFormat, to output: String, _ encoding: CloudEncoding?,
    _ arguments: ParsedArguments
  ) throws -> Summary {
    let count = try arguments.number(of: "--samples")
    let seed = try arguments.number(of: "--seed", atLeast: 0) ?? 0
    if count == nil, let option = ["--even", "--seed"].first(where: arguments.isSet) {
      throw CommandFailure.usage("option '\(option)' goes with '--samples N'", command: "convert")
    }
    let reading = try GeometryFile.reading { try MeshFile.read(path: input.path) }
    var summary = Summary(
      output: output, kind: "mesh", damaged: false, damage: reading.problems,
      notes: reading.notes)
    if let count {
      let cloud = local(try sample(reading.mesh, count, UInt64(seed), arguments), arguments)
      summary.kind = "cloud"
      summary.points = count
      guard let format = CloudFormat.detect([], fileName: output) else {
        throw CommandFailure.usage(
          "samples are a cloud; write .pcd, .ply, .npy, .xyz or .bin", command: "convert")
      }
      try write(cloud, as: format, to: output, encoding, reading: nil, &summary)
      return summary
    }
    switch target(output, ofMesh: true) {
    case .mesh(let format):
      (summary.vertices, summary.faces) = (reading.mesh.vertexCount, reading.mesh.faceCount)
      summary.notes += losses(reading.mesh, format)
      try writing(arguments) { try MeshFile.write(reading.mesh, path: output, encoding: encoding) }
    case .cloud(let format):
      let cloud = local(reading.mesh.vertexCloud(), arguments)
      summary.kind = "cloud"
      summary.points = cloud.count
      summary.notes.append("the vertices are written; --samples N draws points on the surface")
      try write(cloud, as: format, to: output, encoding, reading: nil, &summary)
    }
    return summary
  }

  private static func sample(
    _ mesh: Mesh, _ count: Int, _ seed: UInt64, _ arguments: ParsedArguments
  ) throws -> PointCloud {
    // Points take memory before they are written; a slip of the finger should not take all of it.
    guard count <= 1 << 28 else {
      throw CommandFailure.usage("option '--samples' takes at most \(1 << 28)", command: "convert")
    }
    var generator = SeededGenerator(seed: seed)
    do {
      return arguments.isSet("--even")
        ? try mesh.sampledEvenly(count: count, using: &generator)
        : try mesh.sampledUniformly(count: count, using: &generator)
    } catch let error as PointCloudError { throw CommandFailure(.failure, error.description) }
  }

  // MARK: - Results

  /// A PLY file takes meshes and clouds: of a mesh it becomes a mesh, of a cloud a cloud.
  private static func target(_ output: String, ofMesh: Bool) -> Target {
    let (mesh, cloud) = (
      MeshFormat.detect([], fileName: output), CloudFormat.detect([], fileName: output)
    )
    if let mesh, ofMesh || cloud == nil { return .mesh(mesh) }
    return .cloud(cloud ?? .ply)
  }

  private static func losses(_ mesh: Mesh, _ format: MeshFormat) -> [String] {
    MeshFile.losses(of: mesh, in: format).map { "\(format.rawValue) has no place for \($0)" }
  }

  /// Writes; an encoding that the format lacks is wrong usage.
  private static func writing(_ arguments: ParsedArguments?, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as CloudFileError {
      if error.problem.contains("knows no") {
        throw CommandFailure.usage(error.description, command: "convert")
      }
      throw CommandFailure(.failure, error.description)
    }
  }
}

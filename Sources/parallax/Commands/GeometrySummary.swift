import Geometry
import PointClouds
import SensorLogs
import Tensors

/// What `inspect` says of a file with one cloud or one mesh, beside its streams.
struct GeometrySummary: Encodable {
  struct Attribute: Encodable {
    var name: String
    var type: String
    /// Numbers of each point, vertex, face or corner.
    var components: Int

    init(_ name: String, _ values: Tensor) {
      self.name = name
      type = "\(values.elementType)"
      components = values.shape[1]
    }

    static func list(_ attributes: [String: Tensor]) -> [Attribute] {
      attributes.sorted { $0.key < $1.key }.map { Attribute($0, $1) }
    }
  }

  struct Bounds: Encodable {
    var lower: [Double]
    var upper: [Double]

    init?(_ bounds: (lower: Vector3, upper: Vector3)?) {
      guard let bounds else { return nil }
      lower = (0..<3).map { bounds.lower[$0] }
      upper = (0..<3).map { bounds.upper[$0] }
    }

    var text: String {
      (0..<3).map { "\(["x", "y", "z"][$0]) \(lower[$0])…\(upper[$0])" }.joined(separator: "  ")
    }
  }
}

/// A cloud in a file.
struct CloudSummary: Encodable {
  var points: Int
  /// Points with a coordinate that is not finite.
  var invalid: Int
  var rows: Int?
  var columns: Int?
  var attributes: [GeometrySummary.Attribute]
  var bounds: GeometrySummary.Bounds?
  /// What the positions are relative to in memory; zero unless coordinates are large.
  var origin: [Double]
  /// The sensor's pose, translation and quaternion w x y z, where the file gives one.
  var viewpoint: [Double]?

  init(_ reading: CloudReading) {
    let cloud = reading.cloud
    points = cloud.count
    invalid = cloud.invalidCount
    rows = cloud.grid?.rows
    columns = cloud.grid?.columns
    attributes = GeometrySummary.Attribute.list(cloud.attributes)
    bounds = GeometrySummary.Bounds(cloud.bounds())
    origin = (0..<3).map { cloud.origin[$0] }
    let (t, r) = (reading.viewpoint.translation, reading.viewpoint.rotation)
    if reading.viewpoint != .identity {
      viewpoint = [t.x, t.y, t.z, r.w, r.vector.x, r.vector.y, r.vector.z]
    }
  }

  var text: String {
    let grid = rows.map { ", organised \($0) x \(columns ?? 0)" } ?? ""
    var lines = ["  \(points) points (\(invalid) invalid)\(grid)"]
    if let bounds { lines.append("  bounds, metres: \(bounds.text)") }
    if origin != [0, 0, 0] { lines.append("  origin, metres: \(origin)") }
    if let viewpoint { lines.append("  viewpoint (x y z, quaternion w x y z): \(viewpoint)") }
    if !attributes.isEmpty {
      lines.append(
        Console.table(attributes.map { ["  \($0.name)", "\($0.type) x \($0.components)"] }))
    }
    return lines.joined(separator: "\n")
  }
}

/// A mesh in a file.
struct MeshSummary: Encodable {
  var vertices: Int
  var triangles: Int
  /// Faces as the file has them, with as many corners as they have there.
  var faces: Int
  var attributes: [GeometrySummary.Attribute]
  var faceAttributes: [GeometrySummary.Attribute]
  var cornerAttributes: [GeometrySummary.Attribute]
  /// Names that faces bear, by kind.
  var labels: [String: [String]]
  var bounds: GeometrySummary.Bounds?
  /// Square metres.
  var area: Double
  /// Cubic metres; only for closed surfaces.
  var volume: Double?
  var watertight: Bool
  var edges: Int
  var boundaryEdges: Int
  var nonManifoldEdges: Int
  var flippedEdges: Int
  var degenerateTriangles: Int
  var unusedVertices: Int
  var eulerCharacteristic: Int

  init(_ mesh: Mesh) {
    let topology = mesh.topology()
    vertices = mesh.vertexCount
    triangles = mesh.triangleCount
    faces = mesh.faceCount
    attributes = GeometrySummary.Attribute.list(mesh.attributes)
    faceAttributes = GeometrySummary.Attribute.list(mesh.faceAttributes)
    cornerAttributes = [("normal", mesh.normals), ("texture", mesh.textureCoordinates)]
      .compactMap { name, corners in corners.map { .init(name, $0.values) } }
    labels = mesh.labels.mapValues(\.names)
    bounds = GeometrySummary.Bounds(mesh.bounds())
    area = mesh.area
    volume = topology.isWatertight ? mesh.volume : nil
    watertight = topology.isWatertight
    edges = topology.edges
    boundaryEdges = topology.boundaryEdges
    nonManifoldEdges = topology.nonManifoldEdges
    flippedEdges = topology.flippedEdges
    degenerateTriangles = topology.degenerateTriangles
    unusedVertices = mesh.vertexCount - topology.usedVertices
    eulerCharacteristic = topology.eulerCharacteristic
  }

  var text: String {
    var lines = [
      "  \(vertices) vertices (\(unusedVertices) unused), \(faces) faces, \(triangles) triangles"
    ]
    if let bounds { lines.append("  bounds, metres: \(bounds.text)") }
    let inside = volume.map { ", volume \($0) m3" } ?? ""
    lines.append("  area \(area) m2\(inside)")
    lines.append(
      watertight
        ? "  watertight, Euler characteristic \(eulerCharacteristic)"
        : "  not watertight: \(boundaryEdges) boundary, \(nonManifoldEdges) non-manifold, \(flippedEdges) flipped edges of \(edges), \(degenerateTriangles) degenerate triangles"
    )
    let rows = [("vertex", attributes), ("face", faceAttributes), ("corner", cornerAttributes)]
      .flatMap { kind, list in
        list.map { ["  \(kind) \($0.name)", "\($0.type) x \($0.components)"] }
      }
    if !rows.isEmpty { lines.append(Console.table(rows)) }
    for (kind, names) in labels.sorted(by: { $0.key < $1.key }) {
      let more = names.count > 8 ? " and \(names.count - 8) more" : ""
      lines.append("  \(kind): \(names.prefix(8).joined(separator: ", "))\(more)")
    }
    return lines.joined(separator: "\n")
  }
}

/// Files that hold one cloud or one mesh.
enum GeometryFile {
  /// The format of a mesh file; a PLY file is one when it has faces.
  static func meshFormat(of path: LogPath) -> MeshFormat? {
    guard !path.isFolder, let format = MeshFormat.detect(path.head, fileName: path.path) else {
      return nil
    }
    return format == .ply && !PointCloudFile.listsFaces(path.head) ? nil : format
  }

  static func cloudFormat(of path: LogPath) -> CloudFormat? {
    path.isFolder || path.head.isEmpty
      ? nil : CloudFormat.detect(path.head, fileName: path.path)
  }

  /// Does something with a file; what it cannot read ends the command with the code for that.
  static func reading<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CloudFileError {
      throw CommandFailure(.unreadableInput, error.description)
    }
  }
}

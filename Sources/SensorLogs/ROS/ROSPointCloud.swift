import PointClouds
import Tensors

/// `sensor_msgs/PointCloud2` to ``PointCloud``.
enum ROSPointCloud {
  static func cloud(_ tree: ROSTree, _ bytes: UnsafeRawBufferPointer) throws -> PointCloud {
    let layout = PackedPoints(
      height: try tree.integer("height"), width: try tree.integer("width"),
      pointStep: try tree.integer("point_step"), rowStep: try tree.integer("row_step"),
      bigEndian: try tree.bool("is_bigendian"),
      fields: try tree.messages("fields").map { field in
        PackedField(
          name: try field.text("name"), offset: try field.integer("offset"),
          kind: try PackedField.Kind(datatype: try field.integer("datatype")),
          count: max(1, try field.integer("count")))
      })
    return try layout.cloud(UnsafeRawBufferPointer(rebasing: bytes[try tree.bytes("data")]))
  }
}

/// One named value of every point in a packed array of points.
struct PackedField {
  /// The number types of `sensor_msgs/PointField` in the order of their codes, 1 to 8.
  enum Kind: Int {
    case int8 = 1
    case uint8, int16, uint16, int32, uint32, float32, float64

    init(datatype: Int) throws {
      guard let kind = Kind(rawValue: datatype) else {
        throw FormatProblem("a cloud field has the unknown datatype \(datatype)")
      }
      self = kind
    }

    var byteCount: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .float32: 4
      case .float64: 8
      }
    }
    var isFloating: Bool { self == .float32 || self == .float64 }
  }

  var name: String
  var offset: Int
  var kind: Kind
  var count: Int
}

/// Points that lie packed in bytes, with the layout that the log gives.
struct PackedPoints {
  var height: Int
  var width: Int
  var pointStep: Int
  var rowStep: Int
  var bigEndian: Bool
  var fields: [PackedField]

  /// Checks the layout against the bytes and builds the cloud.
  func cloud(_ data: UnsafeRawBufferPointer) throws -> PointCloud {
    let source = try checked(data)
    let byName = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard let x = byName["x"], let y = byName["y"], let z = byName["z"] else {
      throw FormatProblem("the cloud has no fields x, y and z")
    }
    var used: Set<String> = ["x", "y", "z", ""]
    var attributes: [String: Tensor] = [:]
    if let a = byName["normal_x"], let b = byName["normal_y"], let c = byName["normal_z"] {
      used.formUnion(["normal_x", "normal_y", "normal_z"])
      attributes["normal"] = source.tensor([a, b, c], of: Float.self)
    }
    if let packed = byName["rgb"] ?? byName["rgba"], packed.kind.byteCount == 4 {
      used.formUnion(["rgb", "rgba"])
      attributes["color"] = source.packedColor(packed)
      if byName["rgba"] != nil { attributes["alpha"] = source.packedAlpha(packed) }
    } else if let r = byName["r"], let g = byName["g"], let b = byName["b"],
      [r, g, b].allSatisfy({ $0.kind == .uint8 })
    {
      used.formUnion(["r", "g", "b"])
      attributes["color"] = source.tensor([r, g, b], of: UInt8.self)
    }
    for field in fields where used.insert(field.name).inserted {
      let (name, tensor) = source.attribute(field)
      // A field whose own name is already taken by what another became keeps it.
      attributes[attributes[name] == nil ? name : field.name] = tensor
    }
    let grid = height > 1 ? (rows: height, columns: width) : nil
    if [x, y, z].contains(where: { $0.kind == .float64 }) {
      return PointCloud(
        places: source.tensor([x, y, z], of: Double.self), attributes: attributes, grid: grid)
    }
    let positions = Tensor(shape: [source.count, 3], of: Float.self) { out in
      source.gather([x, y, z], into: out)
    }
    return PointCloud(positions: positions, attributes: attributes, grid: grid)
  }

  private func checked(_ data: UnsafeRawBufferPointer) throws -> PackedPointSource {
    let (points, overflow) = height.multipliedReportingOverflow(by: width)
    guard height >= 0, width >= 0, !overflow else {
      throw FormatProblem("a cloud of \(width) x \(height) points is too large")
    }
    let (tight, tooWide) = width.multipliedReportingOverflow(by: pointStep)
    let stride = height > 1 && rowStep != 0 ? rowStep : tight
    let (start, tooHigh) = max(0, height - 1).multipliedReportingOverflow(by: stride)
    let (needed, tooLarge) = start.addingReportingOverflow(tight)
    if points > 0 {
      guard !tooWide, !tooHigh, !tooLarge, pointStep > 0, stride >= tight, needed <= data.count
      else {
        throw FormatProblem(
          "a cloud of width \(width) x height \(height) with point_step \(pointStep) and row_step \(rowStep)"
            + " does not fit its \(data.count) bytes of data (size mismatch)")
      }
    }
    var sum = 0
    for field in fields where !field.name.isEmpty {
      let (size, large) = field.kind.byteCount.multipliedReportingOverflow(by: field.count)
      guard !large, field.offset >= 0, field.offset <= pointStep, size <= pointStep - field.offset,
        points > 0 || size <= 4096
      else {
        throw FormatProblem(
          "the cloud field '\(field.name)' lies beyond the point_step of \(pointStep) bytes")
      }
      sum = sum.addingReportingOverflow(size).partialValue
    }
    guard
      points == 0
        || (sum >= 0 && sum <= max(64, pointStep.multipliedReportingOverflow(by: 4).partialValue))
    else { throw FormatProblem("the fields of the cloud overlap many times") }
    return PackedPointSource(
      base: data, count: points, width: max(width, 1), pointStep: pointStep,
      rowStep: points == 0 ? 0 : stride, bigEndian: bigEndian)
  }
}

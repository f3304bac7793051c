import Tensors

/// What a file format can express, for turning attributes into fields.
struct FieldStyle {
  /// Names of the components of a normal.
  var normals: [String]
  /// Whether colours go into one packed 32-bit word.
  var packsColors: Bool
  /// Whether a field may hold several numbers a point.
  var allowsCounts: Bool
  /// Whether there are 64-bit integers.
  var hasInt64: Bool

  static let pcd = FieldStyle(
    normals: ["normal_x", "normal_y", "normal_z"], packsColors: true, allowsCounts: true,
    hasInt64: true)
  static let npy = FieldStyle(
    normals: ["normal_x", "normal_y", "normal_z"], packsColors: false, allowsCounts: true,
    hasInt64: true)
  static let ply = FieldStyle(
    normals: ["nx", "ny", "nz"], packsColors: false, allowsCounts: false, hasInt64: false)
}

extension PointCloud {
  /// The cloud as fields of a file: positions, then attributes in alphabetical order.
  ///
  /// Positions relative to an origin become places in Double.
  func columns(style: FieldStyle, file: String) throws -> [CloudColumn] {
    let places = origin == .zero ? positions : places()
    return try Self.components(places, names: ["x", "y", "z"])
      + Self.columns(of: attributes, count: count, style: style, file: file)
  }

  /// Attributes as fields of a file, in alphabetical order.
  static func columns(
    of attributes: [String: Tensor], count: Int, style: FieldStyle, file: String
  ) throws -> [CloudColumn] {
    var result: [CloudColumn] = []
    let packs =
      style.packsColors && attributes["color"]?.elementType == .uint8
      && attributes["color"]?.shape[1] == 3
    for (name, values) in attributes.sorted(by: { $0.key < $1.key }) where values.shape[1] > 0 {
      let isBytes = values.elementType == .uint8
      switch (name, values.shape[1]) {
      case ("alpha", 1) where isBytes && packs: continue
      case ("normal", 3): result += components(values, names: style.normals)
      case ("color", 3) where packs:
        result.append(packedColors(values, alpha: attributes["alpha"], count: count))
      case ("color", 3) where isBytes:
        result += components(values, names: ["red", "green", "blue"])
      case (_, let width):
        guard let type = scalarType(values.elementType, style) else {
          throw CloudFileError(
            file: file, problem: "no field type for '\(name)' of \(values.elementType)")
        }
        let field = CloudField(name: fieldName(name), type: type, count: width)
        if style.allowsCounts && values.elementType != .int64 || style.hasInt64 {
          result.append(CloudColumn(field: field, bytes: values.withUnsafeBytes { Array($0) }))
        } else {
          result += split(values, field: field)
        }
      }
    }
    return result
  }

  private static func scalarType(_ type: ElementType, _ style: FieldStyle) -> CloudScalarType? {
    switch type {
    case .bool, .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: style.hasInt64 ? .int64 : .float64
    case .float32: .float32
    case .float64: .float64
    case .float16, .bfloat16: nil
    }
  }

  /// Names in headers are single words and must not claim to be coordinates or colours.
  private static func fieldName(_ name: String) -> String {
    let word = String(
      name.unicodeScalars.map {
        $0.isASCII && $0.value > 32 && $0.value < 127 ? Character($0) : "_"
      }
    )
    let reserved = ["", "_", "x", "y", "z", "rgb", "rgba"]
    return reserved.contains(word.lowercased()) ? word + "_attribute" : word
  }

  /// One column for each component.
  static func components(_ values: Tensor, names: [String]) -> [CloudColumn] {
    let type = scalarType(values.elementType, .pcd) ?? .float32
    let size = type.byteCount
    let (count, width) = (values.shape[0], values.shape[1])
    return values.withUnsafeBytes { raw in
      names.enumerated().map { k, name in
        CloudColumn(
          field: CloudField(name: name, type: type), from: raw, offset: k * size,
          stride: width * size, pointCount: count)
      }
    }
  }

  /// One column for each number of an attribute, named `name` or `name_0`, `name_1` and so on.
  private static func split(_ values: Tensor, field: CloudField) -> [CloudColumn] {
    let (count, width) = (values.shape[0], values.shape[1])
    let names = width == 1 ? [field.name] : (0..<width).map { "\(field.name)_\($0)" }
    guard values.elementType == .int64 else { return components(values, names: names) }
    let doubles = Tensor(shape: [count, width], of: Double.self) { memory in
      values.withUnsafeElements(of: Int64.self) { source in
        for i in 0..<source.count { memory[i] = Double(source[i]) }
      }
    }
    return components(doubles, names: names)
  }

  private static func packedColors(_ colors: Tensor, alpha: Tensor?, count: Int) -> CloudColumn {
    let alpha = alpha.flatMap {
      $0.elementType == .uint8 && $0.shape[1] == 1 ? $0 : nil
    }
    var bytes = [UInt8](repeating: 0, count: 4 * count)
    colors.withUnsafeElements(of: UInt8.self) { source in
      for i in 0..<count {
        for k in 0..<3 { bytes[4 * i + k] = source[3 * i + 2 - k] }
      }
    }
    alpha?.withUnsafeElements(of: UInt8.self) { source in
      for i in 0..<count { bytes[4 * i + 3] = source[i] }
    }
    return CloudColumn(
      field: CloudField(name: alpha == nil ? "rgb" : "rgba", type: .uint32), bytes: bytes)
  }
}

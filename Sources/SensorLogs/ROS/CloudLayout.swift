import PointClouds
import Tensors

/// How a cloud's positions and attributes lie in the points of a `sensor_msgs/PointCloud2`.
struct CloudLayout {
  private(set) var fields: [PackedField] = []
  private(set) var pointStep = 0
  /// For each field, the attribute it takes its values from and the first column.
  private var sources: [(attribute: String?, column: Int)] = []

  /// Chooses a field for everything in a cloud: positions relative to an origin become places in Double, `color` becomes packed `rgb`, or `rgba` with `alpha`, as PCL reads them.
  init(_ cloud: PointCloud) throws {
    for (column, name) in ["x", "y", "z"].enumerated() {
      add(name, cloud.origin == .zero ? .float32 : .float64, 1, from: nil, column: column)
    }
    let hasColor = cloud.attributes["color"].map(Self.isColor) ?? false
    for (name, values) in cloud.attributes.sorted(by: { $0.key < $1.key }) {
      let columns = values.shape[1]
      guard columns > 0 else { continue }
      if name == "color", hasColor {
        let alpha = cloud.attributes["alpha"].map { $0.elementType == .uint8 && $0.shape[1] == 1 }
        add(alpha == true ? "rgba" : "rgb", alpha == true ? .uint32 : .float32, 1, from: name)
      } else if name == "alpha", hasColor, values.elementType == .uint8, columns == 1 {
        continue
      } else if name == "normal", columns == 3, values.elementType == .float32 {
        for (column, axis) in ["x", "y", "z"].enumerated() {
          add("normal_\(axis)", .float32, 1, from: name, column: column)
        }
      } else {
        add(name, try Self.kind(values, name), columns, from: name)
      }
    }
    let widest = fields.map(\.kind.byteCount).max() ?? 4
    pointStep = (pointStep + widest - 1) / widest * widest
  }

  private mutating func add(
    _ name: String, _ kind: PackedField.Kind, _ count: Int, from attribute: String?,
    column: Int = 0
  ) {
    let size = kind.byteCount
    let offset = (pointStep + size - 1) / size * size
    fields.append(PackedField(name: name, offset: offset, kind: kind, count: count))
    sources.append((attribute, column))
    pointStep = offset + size * count
  }

  private static func isColor(_ values: Tensor) -> Bool {
    values.elementType == .uint8 && values.shape[1] == 3
  }

  private static func kind(_ values: Tensor, _ name: String) throws -> PackedField.Kind {
    switch values.elementType {
    case .int8: return .int8
    case .uint8, .bool: return .uint8
    case .int16: return .int16
    case .int32: return .int32
    case .int64:
      let fits = values.withUnsafeElements(of: Int64.self) { elements in
        var fits = true
        for value in elements { fits = fits && value >= 0 && value <= Int64(UInt32.max) }
        return fits
      }
      return fits ? .uint32 : .float64
    case .float32: return .float32
    case .float64: return .float64
    case .float16, .bfloat16:
      throw FormatProblem(
        "the attribute '\(name)' of \(values.elementType) has no form in PointCloud2")
    }
  }

  /// Writes all points; `out` holds count times ``pointStep`` zeros.
  func pack(_ cloud: PointCloud, into out: UnsafeMutableRawBufferPointer) {
    let places = cloud.origin == .zero ? nil : cloud.places()
    for (field, source) in zip(fields, sources) {
      guard let name = source.attribute else {
        if let places {
          copy(places, source.column, field, Double.self, out)
          continue
        }
        copy(cloud.positions, source.column, field, Float.self, out)
        continue
      }
      guard let values = cloud.attributes[name] else { continue }
      if field.name == "rgb" || field.name == "rgba", name == "color" {
        packColor(values, field.name == "rgba" ? cloud.attributes["alpha"] : nil, field, out)
        continue
      }
      switch values.elementType {
      case .int8: copy(values, source.column, field, Int8.self, out)
      case .uint8: copy(values, source.column, field, UInt8.self, out)
      case .bool: copy(values, source.column, field, Bool.self, out)
      case .int16: copy(values, source.column, field, Int16.self, out)
      case .int32: copy(values, source.column, field, Int32.self, out)
      case .float32: copy(values, source.column, field, Float.self, out)
      case .float64: copy(values, source.column, field, Double.self, out)
      case .int64: packWide(values, field, out)
      case .float16, .bfloat16: break
      }
    }
  }

  private func copy<Element: TensorElement>(
    _ values: Tensor, _ column: Int, _ field: PackedField, _ type: Element.Type,
    _ out: UnsafeMutableRawBufferPointer
  ) {
    let columns = values.shape[1]
    values.withUnsafeElements(of: Element.self) { elements in
      guard let target = out.baseAddress, let source = elements.baseAddress else { return }
      for lane in 0..<field.count {
        var read = source + column + lane
        var written = target + field.offset + lane * MemoryLayout<Element>.size
        for _ in 0..<values.shape[0] {
          written.storeBytes(of: read.pointee, as: Element.self)
          written += pointStep
          read += columns
        }
      }
    }
  }

  private func packWide(
    _ values: Tensor, _ field: PackedField, _ out: UnsafeMutableRawBufferPointer
  ) {
    let columns = values.shape[1]
    values.withUnsafeElements(of: Int64.self) { elements in
      for index in elements.indices {
        let place =
          index / columns * pointStep + field.offset + index % columns * field.kind.byteCount
        if field.kind == .uint32 {
          out.storeBytes(
            of: UInt32(truncatingIfNeeded: elements[index]), toByteOffset: place, as: UInt32.self)
        } else {
          out.storeBytes(of: Double(elements[index]), toByteOffset: place, as: Double.self)
        }
      }
    }
  }

  private func packColor(
    _ color: Tensor, _ alpha: Tensor?, _ field: PackedField, _ out: UnsafeMutableRawBufferPointer
  ) {
    let alphas = alpha?.array(of: UInt8.self)
    color.withUnsafeElements(of: UInt8.self) { values in
      for point in 0..<color.shape[0] {
        let (r, g, b) = (values[3 * point], values[3 * point + 1], values[3 * point + 2])
        let a = alphas.map { $0[point] } ?? 0
        let word = UInt32(a) << 24 | UInt32(r) << 16 | UInt32(g) << 8 | UInt32(b)
        out.storeBytes(
          of: word.littleEndian, toByteOffset: point * pointStep + field.offset, as: UInt32.self)
      }
    }
  }
}

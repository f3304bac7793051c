import Tensors

extension PointCloud {
  /// A cloud from the fields of a file or message, named by Parallax's conventions.
  ///
  /// `x y z` become positions (Float). `normal_x normal_y normal_z` or `nx ny nz` become `normal`; `covariance_0` to
  /// `covariance_5` become `covariance`; `red green blue` or a packed `rgb`/`rgba` become `color` (and `alpha`); `intensity`,
  /// `scalar_intensity` and `reflectance` become `intensity` (Float); `ring` becomes Int32 and `time` Double. Other fields
  /// keep their name (less a leading `scalar_`) and type; unsigned types that tensors lack widen. Padding fields named `_`
  /// are left out. The result is nil when x, y or z is missing.
  ///
  /// Positions given as Double far from zero become relative to an ``origin`` near them, which is zero otherwise.
  ///
  /// - Parameters:
  ///   - columns: The fields, each with the values of all points.
  ///   - count: Number of points.
  ///   - grid: Rows and columns of an organised cloud; their product is `count`.
  ///   - origin: The origin that positions become relative to; found when nil.
  public init?(
    columns: [CloudColumn], count: Int, grid: (rows: Int, columns: Int)? = nil,
    origin: SIMD3<Double>? = nil
  ) {
    for column in columns {
      precondition(
        column.bytes.count == count * column.field.byteCount,
        "\(column.bytes.count) bytes do not hold '\(column.field.name)' of \(count) points")
    }
    guard let axes = CloudField.positionIndices(columns.map(\.field)) else { return nil }
    var sorter = ColumnSorter(columns: columns, count: count)
    let origin = origin ?? CloudColumn.localOrigin(of: axes.map { columns[$0] })
    let positions = sorter.positions(axes, origin)
    sorter.takeAttributes()
    self.init(
      positions: positions, attributes: sorter.attributes, grid: grid, origin: origin)
  }

  /// The attributes that fields without positions make, by the same conventions.
  static func attributes(of columns: [CloudColumn], count: Int) -> [String: Tensor] {
    var sorter = ColumnSorter(columns: columns, count: count)
    sorter.takeAttributes()
    return sorter.attributes
  }
}

/// Turns columns into attributes, each column once.
private struct ColumnSorter {
  let columns: [CloudColumn]
  let count: Int
  var attributes: [String: Tensor] = [:]
  private var isTaken: [Bool]

  init(columns: [CloudColumn], count: Int) {
    self.columns = columns
    self.count = count
    isTaken = columns.map { $0.field.name == "_" }
  }

  /// Several one-number columns as one Float tensor `[N, K]`.
  mutating func interleaved(_ indices: [Int]) -> Tensor {
    for index in indices { isTaken[index] = true }
    return Tensor(shape: [count, indices.count], of: Float.self) { memory in
      guard let base = memory.baseAddress else { return }
      for (k, index) in indices.enumerated() {
        columns[index].copy(to: base + k, stride: indices.count)
      }
    }
  }

  /// Positions relative to an origin.
  mutating func positions(_ axes: [Int], _ origin: SIMD3<Double>) -> Tensor {
    if origin == .zero { return interleaved(axes) }
    for axis in axes { isTaken[axis] = true }
    let places = [Double](unsafeUninitializedCapacity: 3 * count) { memory, filled in
      filled = 3 * count
      guard let base = memory.baseAddress else { return }
      for (k, axis) in axes.enumerated() { columns[axis].copy(to: base + k, stride: 3) }
    }
    return Tensor(shape: [count, 3], of: Float.self) { target in
      for i in 0..<target.count { target[i] = Float(places[i] - origin[i % 3]) }
    }
  }

  mutating func takeAttributes() {
    takeNormals()
    takeCovariances()
    takeColors()
    takeOthers()
  }

  /// The columns with these names, if all are there, free, and hold one number a point.
  private func find(_ names: [String]) -> [Int]? {
    let found = names.compactMap { name in
      columns.indices.first {
        !isTaken[$0] && columns[$0].field.name == name && columns[$0].field.count == 1
      }
    }
    return found.count == names.count ? found : nil
  }

  private mutating func takeNormals() {
    let spellings = [["normal_x", "normal_y", "normal_z"], ["nx", "ny", "nz"]]
    for names in spellings where attributes["normal"] == nil {
      if let indices = find(names) { attributes["normal"] = interleaved(indices) }
    }
  }

  private mutating func takeCovariances() {
    if let indices = find((0..<6).map { "covariance_\($0)" }) {
      attributes["covariance"] = interleaved(indices)
    }
  }

  private mutating func takeColors() {
    for prefix in ["", "diffuse_"] where attributes["color"] == nil {
      guard let indices = find(["red", "green", "blue"].map { prefix + $0 }) else { continue }
      attributes["color"] = bytes(indices)
      if let alpha = find([prefix + "alpha"]) { attributes["alpha"] = bytes(alpha) }
    }
    for name in ["rgb", "rgba"] where attributes["color"] == nil {
      guard let index = find([name])?.first, columns[index].field.type.byteCount == 4 else {
        continue
      }
      takePacked(index, withAlpha: name == "rgba")
    }
  }

  /// Colour channels as bytes: integers as they are (clamped), real numbers from 0 to 1 scaled to 255.
  private mutating func bytes(_ indices: [Int]) -> Tensor {
    let scale: Float = columns[indices[0]].field.type.isInteger ? 1 : 255
    let values = interleaved(indices)
    return Tensor(shape: values.shape, of: UInt8.self) { memory in
      values.withUnsafeElements(of: Float.self) { source in
        for i in 0..<source.count {
          let value = (source[i] * scale).rounded()
          memory[i] = value >= 255 ? 255 : value > 0 ? UInt8(value) : 0
        }
      }
    }
  }

  /// Four bytes blue, green, red, alpha in one 32-bit word, whatever the word's declared type.
  private mutating func takePacked(_ index: Int, withAlpha: Bool) {
    isTaken[index] = true
    let packed = columns[index].bytes
    attributes["color"] = Tensor(shape: [count, 3], of: UInt8.self) { memory in
      for i in 0..<count {
        for k in 0..<3 { memory[3 * i + k] = packed[4 * i + 2 - k] }
      }
    }
    if withAlpha {
      attributes["alpha"] = Tensor(shape: [count, 1], of: UInt8.self) { memory in
        for i in 0..<count { memory[i] = packed[4 * i + 3] }
      }
    }
  }

  private mutating func takeOthers() {
    for (column, taken) in zip(columns, isTaken) where !taken {
      let name = Self.name(of: column.field)
      let unique = attributes[name] == nil ? name : freeName(name)
      switch (name, column.field.count) {
      case ("intensity", 1):
        attributes[unique] = column.converted(to: Float.self, pointCount: count)
      case ("ring", 1): attributes[unique] = column.converted(to: Int32.self, pointCount: count)
      case ("time", 1): attributes[unique] = column.converted(to: Double.self, pointCount: count)
      default: attributes[unique] = column.tensor(pointCount: count)
      }
    }
  }

  private static func name(of field: CloudField) -> String {
    var name = field.name
    if name.hasPrefix("scalar_"), name.count > 7 { name = String(name.dropFirst(7)) }
    return ["intensity", "reflectance"].contains(name.lowercased()) ? "intensity" : name
  }

  private var suffixes: [String: Int] = [:]

  /// A name that no attribute has: `name_2`, `name_3` and so on.
  private mutating func freeName(_ name: String) -> String {
    var suffix = suffixes[name, default: 1]
    repeat { suffix += 1 } while attributes["\(name)_\(suffix)"] != nil
    suffixes[name] = suffix
    return "\(name)_\(suffix)"
  }
}

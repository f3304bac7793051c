/// The faces of a PLY file as they are read: polygons, texture coordinates of their corners, single values.
struct PLYFaces {
  /// The polygons; corners are numbers of vertices.
  private(set) var polygons = PolygonList()
  /// Texture coordinates u, v of each corner, or empty when no face has any; NaN where one has none.
  private(set) var texture: [Float] = []
  /// The single values of the faces, interleaved as `fields` say.
  private(set) var values: [UInt8] = []
  /// What the single values are.
  let fields: [CloudField]
  /// Faces with fewer than three corners, which are left out.
  private(set) var degenerateCount = 0

  private let cornerList: Int?
  private let textureList: Int?
  private var corners: [Int32] = []
  private var coordinates: [Float] = []
  private var pending: [UInt8] = []

  init(_ header: PLYHeader) {
    let face = header.elements.first { $0.name == "face" }
    let properties = face?.properties ?? []
    func list(_ names: [String]) -> Int? {
      properties.firstIndex { $0.lengthType != nil && names.contains($0.name) }
    }
    cornerList = list(["vertex_indices", "vertex_index"])
    textureList = list(["texcoord"])
    fields = properties.filter { $0.lengthType == nil }
      .map { CloudField(name: $0.name, type: $0.type) }
  }

  mutating func append(_ value: NumberText.Value, toList number: Int) {
    switch value {
    case .integer(let magnitude, let isNegative):
      guard let whole = Int(exactly: magnitude) else { return append(-1, toList: number) }
      append(isNegative ? -whole : whole, toList: number)
    case .real(let real): append(real, toList: number)
    case .invalid: append(Double.nan, toList: number)
    }
  }

  mutating func append(_ value: Int, toList number: Int) {
    if number == cornerList {
      corners.append(Int32(exactly: value) ?? -1)
    } else if number == textureList {
      coordinates.append(Float(value))
    }
  }

  mutating func append(_ value: Double, toList number: Int) {
    if number == cornerList {
      corners.append(-1)
    } else if number == textureList {
      coordinates.append(Float(value))
    }
  }

  /// Takes the bytes of a single value.
  mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) { pending += bytes }

  /// Ends a face of text, whose single values come at its end.
  mutating func endFace(isSound: Bool, values: ArraySlice<UInt8>) {
    pending += values
    endFace(isSound: isSound)
  }

  /// Ends a face; one that is not sound is left out.
  mutating func endFace(isSound: Bool) {
    if isSound && corners.count < 3 { degenerateCount += 1 }
    if isSound && corners.count >= 3 {
      let hasTexture = coordinates.count == 2 * corners.count
      if hasTexture || !texture.isEmpty {
        let missing = 2 * polygons.corners.count - texture.count
        texture += [Float](repeating: .nan, count: missing)
        texture += hasTexture ? coordinates : []
      }
      polygons.append(corners)
      values += pending
    }
    corners.removeAll(keepingCapacity: true)
    coordinates.removeAll(keepingCapacity: true)
    pending.removeAll(keepingCapacity: true)
  }

  /// Texture coordinates of all corners; nil when no face has any.
  var cornerTexture: [Float]? {
    if texture.isEmpty { return nil }
    return texture
      + [Float](repeating: .nan, count: 2 * polygons.corners.count - texture.count)
  }
}

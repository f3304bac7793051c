/// Polygons as files list them, before they become triangles: the corners of all, one polygon after the other.
struct PolygonList {
  /// Where each polygon starts among the corners; one more than polygons.
  private(set) var starts: [Int] = [0]
  /// Vertex of each corner; may be out of range until ``removeUnsound(vertexCount:)``.
  private(set) var corners: [Int32] = []
  /// Index into a table of texture coordinates for each corner, -1 = none; empty when no polygon has any.
  private(set) var textures: [Int32] = []
  /// Index into a table of normals for each corner, -1 = none; empty when no polygon has any.
  private(set) var normals: [Int32] = []

  /// Number of polygons.
  var count: Int { starts.count - 1 }

  /// Adds a polygon; `textures` and `normals` are empty or hold one index for each corner.
  mutating func append(
    _ polygon: [Int32], textures newTextures: [Int32] = [], normals newNormals: [Int32] = []
  ) {
    Self.append(newTextures, to: &textures, before: corners.count, count: polygon.count)
    Self.append(newNormals, to: &normals, before: corners.count, count: polygon.count)
    corners += polygon
    starts.append(corners.count)
  }

  private static func append(
    _ values: [Int32], to list: inout [Int32], before: Int, count: Int
  ) {
    let isGiven = values.contains { $0 >= 0 }
    guard isGiven || !list.isEmpty else { return }
    if list.count < before { list += [Int32](repeating: -1, count: before - list.count) }
    list += isGiven ? values : [Int32](repeating: -1, count: count)
  }

  /// Gives every corner its own texture index: its number.
  mutating func numberTextures(where isGiven: (Int) -> Bool) {
    textures = corners.indices.map { isGiven($0) ? Int32(truncatingIfNeeded: $0) : -1 }
  }

  /// Replaces the texture indices.
  mutating func mapTextures(_ table: [Int32]) {
    textures = textures.map { $0 < 0 ? -1 : table[Int($0)] }
  }

  /// Whether each polygon's corners lie among the vertices; attribute indices beyond their tables become -1.
  ///
  /// - Returns: For each polygon whether it is sound, and how many attribute indices were out of range.
  mutating func check(vertexCount: Int, textureCount: Int, normalCount: Int) -> (
    isSound: [Bool], badAttributes: Int
  ) {
    var bad = 0
    for (limit, path) in [(textureCount, \PolygonList.textures), (normalCount, \.normals)] {
      for i in self[keyPath: path].indices where Int(self[keyPath: path][i]) >= limit {
        self[keyPath: path][i] = -1
        bad += 1
      }
    }
    let isSound = (0..<count).map { polygon in
      corners[starts[polygon]..<starts[polygon + 1]].allSatisfy {
        $0 >= 0 && Int($0) < vertexCount
      }
    }
    return (isSound, bad)
  }
}

/// Complaints about a file: the first few in words, then how many more.
struct ProblemList {
  private(set) var texts: [String] = []
  private var unreported = 0
  private static let limit = 5

  mutating func add(_ text: @autoclosure () -> String) {
    if texts.count < Self.limit { texts.append(text()) } else { unreported += 1 }
  }

  /// All complaints.
  var all: [String] {
    unreported == 0 ? texts : texts + ["\(unreported) more places are damaged"]
  }
}

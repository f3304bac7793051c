import Geometry

/// What our files say in comments of their headers: `origin X Y Z` and, in PLY, `viewpoint TX TY TZ QW QX QY QZ` and
/// `grid ROWS COLUMNS`.
enum CloudComment {
  /// The comment that names an origin; nil for zero, which needs none.
  static func text(ofOrigin origin: SIMD3<Double>) -> String? {
    origin == .zero ? nil : "origin " + numbers([origin.x, origin.y, origin.z])
  }

  /// A pose as PCD's VIEWPOINT writes it: translation, then quaternion w x y z.
  static func text(of pose: Pose) -> String {
    let (t, r) = (pose.translation, pose.rotation)
    return numbers([t.x, t.y, t.z, r.w, r.vector.x, r.vector.y, r.vector.z])
  }

  /// The origin that the words of a comment name.
  static func origin(_ words: some Collection<String>) -> SIMD3<Double>? {
    guard let v = values(words, after: "origin", count: 3) else { return nil }
    return SIMD3(v[0], v[1], v[2])
  }

  /// The viewpoint that the words of a comment name.
  static func viewpoint(_ words: some Collection<String>) -> Pose? {
    values(words, after: "viewpoint", count: 7).flatMap(pose)
  }

  /// A pose from translation and quaternion w x y z; a quaternion without length turns nothing.
  static func pose(_ v: [Double]) -> Pose? {
    guard v.count == 7, v.allSatisfy(\.isFinite) else { return nil }
    let length = (v[3] * v[3] + v[4] * v[4] + v[5] * v[5] + v[6] * v[6]).squareRoot()
    let rotation =
      length > 0 && length.isFinite ? Quaternion(w: v[3], x: v[4], y: v[5], z: v[6]) : .identity
    return Pose(rotation: rotation, translation: Vector3(v[0], v[1], v[2]))
  }

  /// The rows and columns that the words of a comment name.
  static func grid(_ words: some Collection<String>) -> (rows: Int, columns: Int)? {
    let sides = words.dropFirst().compactMap { Int($0) }
    guard words.first == "grid", words.count == 3, sides.count == 2,
      sides.allSatisfy({ $0 >= 0 && $0 < 1 << 31 })
    else { return nil }
    return (sides[0], sides[1])
  }

  private static func values(_ words: some Collection<String>, after key: String, count: Int)
    -> [Double]?
  {
    guard words.count == count + 1, words.first == key else { return nil }
    let values = words.dropFirst().compactMap { Double($0) }
    guard values.count == count, values.allSatisfy({ abs($0) < 1e12 }) else { return nil }
    return values
  }

  private static func numbers(_ values: [Double]) -> String {
    var text: [UInt8] = []
    for (k, value) in values.enumerated() {
      if k > 0 { text.append(32) }
      NumberText.append(value, to: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }
}

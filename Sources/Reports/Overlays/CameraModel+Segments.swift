import Geometry

extension CameraModel {
  /// A straight line in space as it appears: pieces short enough to follow the bend of the lens, cut at `nearest` metres.
  func path(from start: Vector3, to end: Vector3, nearest: Double = 0.05) -> [[Vector2]] {
    guard let (a, b) = Self.clipped(start, end, nearest: nearest) else { return [] }
    let pieces = distortion == .none ? 1 : 16
    var paths: [[Vector2]] = [[]]
    for step in 0...pieces {
      let point = a + (b - a) * (Double(step) / Double(pieces))
      if let pixel = project(point) {
        paths[paths.count - 1].append(pixel)
      } else if paths.last?.isEmpty == false {
        paths.append([])
      }
    }
    return paths.filter { $0.count > 1 }
  }

  /// The part of a segment that lies at least `nearest` metres in front of the camera.
  static func clipped(_ start: Vector3, _ end: Vector3, nearest: Double) -> (Vector3, Vector3)? {
    if start.z < nearest && end.z < nearest { return nil }
    func cut(_ behind: Vector3, _ ahead: Vector3) -> Vector3 {
      var point = behind + (ahead - behind) * ((nearest - behind.z) / (ahead.z - behind.z))
      point.z = nearest
      return point
    }
    return (
      start.z < nearest ? cut(start, end) : start, end.z < nearest ? cut(end, start) : end
    )
  }
}

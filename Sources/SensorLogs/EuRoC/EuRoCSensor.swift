import Geometry

/// A camera's `sensor.yaml`: the few keys that are needed, as EuRoC writes them (lists in brackets).
struct EuRoCSensor: Sendable {
  var focalLength: Vector2?
  var principalPoint = Vector2.zero
  var distortion = Distortion.none
  /// `T_BS`.
  var bodyFromSensor: Pose?

  init(_ text: String, named name: String) throws {
    func failure(_ problem: String) -> LogError {
      LogError(.undecodable, file: name, problem: problem)
    }
    if let values = try Self.list("intrinsics", in: text, named: name) {
      guard values.count == 4, values[0] > 0, values[1] > 0 else {
        throw failure("intrinsics are fu, fv, cu, cv; found \(values.count) numbers")
      }
      focalLength = Vector2(values[0], values[1])
      principalPoint = Vector2(values[2], values[3])
    }
    if let k = try Self.list("distortion_coefficients", in: text, named: name), !k.isEmpty {
      let isFisheye = text.contains("equidistant")
      guard k.count == 4 || (k.count == 5 && !isFisheye) else {
        throw failure("\(k.count) distortion coefficients; 4 are expected")
      }
      distortion = isFisheye ? .fisheye(k) : .brownConrady(k.count == 4 ? k + [0] : k)
    }
    if let start = text.range(of: "T_BS:")?.upperBound,
      let values = try Self.list("data", in: String(text[start...]), named: name)
    {
      guard values.count == 16 else {
        throw failure("T_BS has \(values.count) numbers, expected 16")
      }
      let matrix = ProjectionMatrix(rowMajor: Array(values.prefix(12)))
      guard matrix.left.isNearlyRotation else { throw failure("T_BS is no rigid transform") }
      bodyFromSensor = Pose(rotation: Quaternion(matrix.left), translation: matrix.column)
    }
  }

  /// The numbers between brackets behind a key; nil when there is no such key.
  private static func list(_ key: String, in text: String, named name: String) throws -> [Double]? {
    guard let start = text.range(of: key + ":")?.upperBound else { return nil }
    let rest = text[start...].drop { " \t\r\n".contains($0) }
    guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
    let words = rest[..<end].dropFirst().split { $0 == "," || $0.isWhitespace }
    do {
      return try NumberText.numbers(words)
    } catch {
      throw LogError(.undecodable, file: name, problem: "\(key): \(error)")
    }
  }

  func camera(_ size: PixelSize, _ folder: String) throws -> CameraModel {
    guard let focalLength else {
      throw LogError(.undecodable, file: folder + "/sensor.yaml", problem: "has no intrinsics")
    }
    return CameraModel(
      width: size.width, height: size.height, focalLength: focalLength,
      principalPoint: principalPoint, distortion: distortion)
  }
}

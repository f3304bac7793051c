import Geometry
import PointClouds
import Vision

/// Decodes JSON messages: those with a Foxglove schema to value types, all others to records.
struct FoxgloveJSONDecoder: Sendable {
  enum Kind: Sendable {
    case record, cloud, compressedImage, rawImage, camera, transform, transforms, scene
  }
  let schemaName: String
  let kind: Kind

  init(schemaName: String) {
    self.schemaName = schemaName
    kind =
      switch schemaName {
      case "foxglove.PointCloud": .cloud
      case "foxglove.CompressedImage": .compressedImage
      case "foxglove.RawImage": .rawImage
      case "foxglove.CameraCalibration": .camera
      case "foxglove.FrameTransform": .transform
      case "foxglove.FrameTransforms": .transforms
      case "foxglove.SceneUpdate": .scene
      default: .record
      }
  }

  var payloadType: String {
    switch kind {
    case .record: Record.typeName
    case .cloud: PointCloud.typeName
    case .compressedImage, .rawImage: Image.typeName
    case .camera: CameraModel.typeName
    case .transform, .transforms: FrameTransforms.typeName
    case .scene: Detections3D.typeName
    }
  }

  func payloadType(of data: ArraySlice<UInt8>) -> String {
    let isDepth = try? data.withUnsafeBytes { bytes in
      let object = try JSONObject(bytes, typeName: schemaName)
      switch kind {
      case .rawImage: return RawPixels.isDepth(encoding: try object.text("encoding"))
      case .compressedImage: return CompressedPixels.isDepth(format: try object.text("format"))
      default: return false
      }
    }
    return isDepth == true ? DepthImage.typeName : payloadType
  }

  /// The first of the members `timestamp` and `frame_id`, or of those of the first entity or transform.
  func peekHeader(_ data: ArraySlice<UInt8>) -> (stamp: Timestamp, frameID: String)? {
    guard kind != .record else { return nil }
    return try? data.withUnsafeBytes { bytes -> (stamp: Timestamp, frameID: String)? in
      if kind == .scene || kind == .transforms {
        let object = try JSONObject(bytes, typeName: schemaName)
        guard let first = try object.objects(kind == .scene ? "entities" : "transforms").first
        else { return nil }
        return (
          try first.time("timestamp"),
          try first.text(kind == .scene ? "frame_id" : "parent_frame_id")
        )
      }
      let frameKey = kind == .transform ? "parent_frame_id" : "frame_id"
      var found: [(name: String, value: JSONParser.Value)] = []
      try JSONParser.members(bytes) { name, parser in
        found.append((name, try parser.value(depth: 1)))
        if name != "timestamp" && name != frameKey { found.removeLast() }
        return found.count < 2
      }
      let object = JSONObject(members: found, bytes: bytes, typeName: schemaName)
      return (try object.time("timestamp"), (try? object.text(frameKey)) ?? "")
    }
  }

  func decode(
    _ data: ArraySlice<UInt8>, header: MessageHeader, file: String, place: String
  ) throws -> AnyMessage {
    do {
      let payload = try data.withUnsafeBytes { bytes in
        try self.payload(try JSONObject(bytes, typeName: schemaName), file: file)
      }
      return AnyMessage(header: header, payload: payload)
    } catch let problem as FormatProblem {
      throw LogError(
        .undecodable, file: file, place: place,
        problem: "the json payload of \(schemaName) cannot be decoded: \(problem.text)")
    }
  }

  private func payload(_ object: JSONObject, file: String) throws -> any Payload {
    switch kind {
    case .record: return object.record(named: schemaName)
    case .cloud: return try FoxglovePointCloud.cloud(object)
    case .compressedImage:
      let format = try object.text("format")
      return try object.base64("data").withUnsafeBytes {
        try CompressedPixels(format: format, bytes: $0).payload(named: file)
      }
    case .rawImage:
      let data = try object.base64("data")
      return try data.withUnsafeBytes { bytes in
        try RawPixels(
          height: try object.integer("height"), width: try object.integer("width"),
          step: try object.integer("step"), encoding: try object.text("encoding"),
          bigEndian: false, bytes: bytes
        ).payload()
      }
    case .camera:
      return try ROSCamera.model(
        width: try object.integer("width"), height: try object.integer("height"),
        matrix: try object.reals("K"), distortion: try object.reals("D"),
        named: try object.text("distortion_model"))
    case .transform: return FrameTransforms(edges: [try FoxgloveScene.edge(object)])
    case .transforms:
      return FrameTransforms(edges: try object.objects("transforms").map(FoxgloveScene.edge))
    case .scene: return try FoxgloveScene.detections(object)
    }
  }
}

/// `foxglove.PointCloud`.
enum FoxglovePointCloud {
  static func cloud(_ object: JSONObject) throws -> PointCloud {
    let data = try object.base64("data")
    let stride = try object.integer("point_stride")
    guard stride > 0, data.count % stride == 0 else {
      throw FormatProblem(
        "the cloud's data has a size of \(data.count) bytes, which does not fit its point_stride \(stride)"
      )
    }
    let layout = PackedPoints(
      height: 1, width: data.count / stride, pointStep: stride, rowStep: 0, bigEndian: false,
      fields: try object.objects("fields").map { field in
        PackedField(
          name: try field.text("name"), offset: try field.integer("offset"),
          kind: try kind(try field.integer("type")), count: 1)
      })
    var cloud = try data.withUnsafeBytes { try layout.cloud($0) }
    if let pose = try? FoxgloveScene.pose(try object.object("pose")), pose != .identity {
      move(&cloud, by: pose)
    }
    return cloud
  }

  private static func kind(_ code: Int) throws -> PackedField.Kind {
    let kinds: [PackedField.Kind] = [
      .uint8, .int8, .uint16, .int16, .uint32, .int32, .float32, .float64,
    ]
    guard (1...8).contains(code) else {
      throw FormatProblem("a cloud field has the unknown type \(code)")
    }
    return kinds[code - 1]
  }

  private static func move(_ cloud: inout PointCloud, by pose: Pose) {
    if cloud.origin != .zero {
      cloud = cloud.transformed(by: pose)
      return
    }
    cloud.positions.withUnsafeMutableElements(of: Float.self) { values in
      for point in 0..<(values.count / 3) {
        let moved =
          pose
          * Vector3(
            Double(values[3 * point]), Double(values[3 * point + 1]),
            Double(values[3 * point + 2]))
        values[3 * point] = Float(moved.x)
        values[3 * point + 1] = Float(moved.y)
        values[3 * point + 2] = Float(moved.z)
      }
    }
  }
}

/// `foxglove.SceneUpdate` and `FrameTransform`.
enum FoxgloveScene {
  static func detections(_ object: JSONObject) throws -> Detections3D {
    let entities = try object.objects("entities")
    let frame = try entities.first?.text("frame_id")
    var boxes: [Box3D] = []
    for entity in entities {
      guard try entity.text("frame_id") == frame else {
        throw FormatProblem("the entities of the scene lie in different frames")
      }
      var named: [String: String] = [:]
      for pair in (try? entity.objects("metadata")) ?? [] {
        named[try pair.text("key")] = try pair.text("value")
      }
      for cube in (try? entity.objects("cubes")) ?? [] {
        let center = try pose(try cube.object("pose"))
        boxes.append(
          Box3D(
            center: center.translation, size: try vector(try cube.object("size")),
            yaw: named["yaw"].flatMap { Double($0) } ?? center.rotation.yaw,
            label: named["label"] ?? "", score: named["score"].flatMap { Double($0) } ?? 1))
      }
    }
    return Detections3D(boxes: boxes)
  }

  static func edge(_ object: JSONObject) throws -> FrameTransforms.Edge {
    FrameTransforms.Edge(
      parent: try object.text("parent_frame_id"), child: try object.text("child_frame_id"),
      parentFromChild: Pose(
        rotation: try quaternion(try object.object("rotation")),
        translation: try vector(try object.object("translation"))))
  }

  static func pose(_ object: JSONObject) throws -> Pose {
    Pose(
      rotation: try quaternion(try object.object("orientation")),
      translation: try vector(try object.object("position")))
  }

  private static func vector(_ object: JSONObject) throws -> Vector3 {
    Vector3(try object.real("x"), try object.real("y"), try object.real("z"))
  }

  private static func quaternion(_ object: JSONObject) throws -> Quaternion {
    Quaternion(
      w: try object.real("w"), x: try object.real("x"), y: try object.real("y"),
      z: try object.real("z"))
  }
}

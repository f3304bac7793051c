import Geometry

/// A thing that ground truth names.
struct SceneObject: Sendable {
  var label: String
  var worldFromObject: Pose
  /// Centre of the bounding box, in the object's frame: x forward, y left, z up, origin on the ground.
  var boxCenter: Vector3
  /// Length, width, height.
  var boxSize: Vector3
  /// What a moving object is known by from frame to frame; nil for what stands.
  var key: Int?
}

/// Triangles with the objects that they belong to.
struct SceneContent: Sendable {
  var mesh = SurfaceMesh()
  var objects: [SceneObject] = []
  /// Number of the first object: triangles name objects by this plus the index.
  var firstObject = 0

  /// Adds an object whose box is the bounds of its mesh.
  ///
  /// - Parameters:
  ///   - label: What it is.
  ///   - shape: Triangles in the object's frame.
  ///   - pose: `worldFromObject`; turned about +z only.
  ///   - box: The box, when it is not the bounds: for figures that move their limbs.
  mutating func add(
    _ label: String, _ shape: SurfaceMesh, at pose: Pose, box: (low: Float3, high: Float3)? = nil
  ) {
    guard let (low, high) = box ?? shape.bounds else { return }
    mesh.append(shape, at: Placement(pose), object: Int32(firstObject + objects.count))
    objects.append(
      SceneObject(
        label: label, worldFromObject: pose, boxCenter: Vector3((low + high) / 2),
        boxSize: Vector3(high - low)))
  }
}

extension SceneContent {
  /// Says what the object added last is known by from frame to frame.
  mutating func nameLast(_ key: Int) {
    guard !objects.isEmpty else { return }
    objects[objects.count - 1].key = key
  }
}

/// A place that can be looked at from a vehicle at any time.
protocol SceneWorld: Sendable {
  var materials: [Material] { get }
  var lighting: Lighting { get }

  /// `worldFromVehicle` at a time in seconds; the vehicle stays level.
  func vehiclePose(at seconds: Double) -> Pose

  /// Which part of the world surrounds the vehicle; what stands still is built again when it changes.
  func section(at seconds: Double) -> Int

  /// What stands still in and around a section; depends on nothing else.
  func stillContent(section: Int) -> SceneContent

  /// What moves, as it is at a time.
  func movingContent(at seconds: Double, firstObject: Int) -> SceneContent

  /// A sensor as this world mounts it; as the scene says, unless a world knows better.
  func mounted(_ sensor: SimulatedSensor) -> SimulatedSensor
}

extension SceneWorld {
  func mounted(_ sensor: SimulatedSensor) -> SimulatedSensor { sensor }
}

extension Pose {
  /// Turned by `yaw` about +z, then moved.
  init(x: Double, y: Double, z: Double = 0, yaw: Double = 0) {
    self.init(
      rotation: Quaternion(angle: yaw, axis: Vector3(0, 0, 1)), translation: Vector3(x, y, z))
  }
}

public import Geometry

/// A cloud with what is known about it: the sample of training and evaluation.
///
/// z points up. Attributes with a meaning here, both `[N, 1]` Int32: `instance`, the box that a point belongs to as a place in
/// ``boxes`` or -1; `label`, the class of a point, or -1 where it is unknown.
public struct LabelledCloud: Sendable {
  /// What messages and results call it: `000123`.
  public var name: String
  /// The points; positions in metres.
  public var cloud: PointCloud
  /// The objects, in the frame of the cloud.
  public var boxes: [Box3D]
  /// The class of the whole cloud, when it shows one object.
  public var label: String?
  /// Cameras that saw the same objects.
  public var views: [CameraView]

  /// A camera with the objects in its image.
  public struct CameraView: Sendable {
    /// The camera.
    public var camera: CameraModel
    /// From the frame of the cloud to the camera's optical frame.
    public var cameraFromCloud: Pose
    /// Boxes in the image, pixels.
    ///
    /// Where truth is known, box k belongs to box `objects[k]` of the cloud.
    public var boxes: [Box2D]
    /// For each box of the image the place of its box in space; -1 when none is known.
    public var objects: [Int]
    /// For each box of the image the share that lies outside the image; empty when unknown.
    public var truncations: [Double]
    /// For each box of the image how much is hidden: 0 nothing, 1 a part, 2 most, 3 unknown; empty when unknown.
    public var occlusions: [Int]

    /// A camera with the objects in its image.
    ///
    /// - Parameters:
    ///   - camera: The camera.
    ///   - cameraFromCloud: From the frame of the cloud to the camera's optical frame.
    ///   - boxes: Boxes in the image, pixels.
    ///   - objects: For each of them the place of its box in space; unknown when left out.
    ///   - truncations: For each of them the share outside the image.
    ///   - occlusions: For each of them how much is hidden, 0 to 3.
    public init(
      camera: CameraModel, cameraFromCloud: Pose, boxes: [Box2D] = [], objects: [Int]? = nil,
      truncations: [Double] = [], occlusions: [Int] = []
    ) {
      self.camera = camera
      self.cameraFromCloud = cameraFromCloud
      self.boxes = boxes
      self.objects = objects ?? boxes.map { _ in -1 }
      self.truncations = truncations
      self.occlusions = occlusions
    }
  }

  /// A labelled cloud.
  ///
  /// - Parameters:
  ///   - name: What messages and results call it.
  ///   - cloud: The points.
  ///   - boxes: The objects, in the frame of the cloud.
  ///   - label: The class of the whole cloud.
  ///   - views: Cameras that saw the same objects.
  public init(
    name: String, cloud: PointCloud, boxes: [Box3D] = [], label: String? = nil,
    views: [CameraView] = []
  ) {
    self.name = name
    self.cloud = cloud
    self.boxes = boxes
    self.label = label
    self.views = views
  }
}

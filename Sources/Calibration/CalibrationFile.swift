public import Geometry

/// The calibration of one or more cameras, as files in `sensors/` and `calibration/` hold it.
///
/// ```yaml
/// source: where the numbers come from
/// cameras:
///   left:  { width: 640, height: 480, model: pinhole, fx: 500, fy: 500, cx: 319.5, cy: 239.5 }
///   right: { width: 640, height: 480, model: pinhole5, fx: 500, fy: 500, cx: 319.5, cy: 239.5,
///            distortion: [-0.3, 0.1, 0, 0, 0] }
/// stereo:
///   left: left
///   right: right
///   right_from_left: { rotation: [1, 0, 0, 0], translation: [-0.12, 0, 0] }
/// transforms:
///   left_from_lidar: { rotation: [0.5, 0.5, -0.5, 0.5], translation: [0, -0.1, -0.3] }
/// ```
///
/// Lengths are metres, image sizes and K pixels, rotations unit quaternions w x y z. `model` is `pinhole` (no distortion),
/// `pinhole5`, `pinhole8` (OpenCV's k1 k2 p1 p2 k3 k4 k5 k6) or `fisheye4` (k1 k2 k3 k4).
///
/// A camera and the rig may carry standard deviations, as an estimate writes them:
///
/// ```yaml
/// stddev: { fx: 0.4, fy: 0.4, cx: 0.5, cy: 0.6, distortion: [0.003, 0.02, 0.0002, 0.0002, 0.05] }
/// stddev: { focal_length: 0.3, baseline: 0.0001, disparity: 0.2, correlations: [-0.1, 0, 0.2] }
/// ```
public struct CalibrationFile: Sendable, Equatable {
  /// A camera with its name.
  public struct NamedCamera: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The camera.
    public var camera: CameraModel
    /// Standard deviations of its parameters, when known.
    public var uncertainty: CameraUncertainty?

    /// A camera with its name.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - camera: The camera.
    ///   - uncertainty: Standard deviations of its parameters, when known.
    public init(name: String, camera: CameraModel, uncertainty: CameraUncertainty? = nil) {
      self.name = name
      self.camera = camera
      self.uncertainty = uncertainty
    }
  }

  /// Which two cameras form a rig, and the pose between them.
  public struct StereoEntry: Sendable, Equatable {
    /// Name of the left camera.
    public var left: String
    /// Name of the right camera.
    public var right: String
    /// Left coordinates to right coordinates, metres.
    public var rightFromLeft: Pose
    /// Whether the images are rectified already; the numbers must agree.
    public var isRectified: Bool
    /// How well the rig, rectified, turns disparities into depth, when known.
    public var uncertainty: StereoUncertainty?

    /// A rig of two named cameras.
    ///
    /// - Parameters:
    ///   - left: Name of the left camera.
    ///   - right: Name of the right camera.
    ///   - rightFromLeft: Left coordinates to right coordinates, metres.
    ///   - isRectified: Whether the images are rectified already.
    ///   - uncertainty: How well the rig, rectified, turns disparities into depth, when known.
    public init(
      left: String, right: String, rightFromLeft: Pose, isRectified: Bool = false,
      uncertainty: StereoUncertainty? = nil
    ) {
      self.left = left
      self.right = right
      self.rightFromLeft = rightFromLeft
      self.isRectified = isRectified
      self.uncertainty = uncertainty
    }
  }

  /// A rigid transform between two named frames; the key is `target_from_source`.
  public struct NamedTransform: Sendable, Equatable {
    /// The target frame.
    public var target: String
    /// The source frame.
    public var source: String
    /// Source coordinates to target coordinates, metres.
    public var targetFromSource: Pose

    /// A transform between two named frames.
    ///
    /// - Parameters:
    ///   - target: The target frame.
    ///   - source: The source frame.
    ///   - targetFromSource: Source coordinates to target coordinates, metres.
    public init(target: String, source: String, targetFromSource: Pose) {
      self.target = target
      self.source = source
      self.targetFromSource = targetFromSource
    }
  }

  /// Where the numbers come from.
  public var source: String
  /// The cameras in the order of the file.
  public var cameras: [NamedCamera]
  /// The stereo rig, if two of the cameras form one.
  public var stereo: StereoEntry?
  /// Further transforms in the order of the file.
  public var transforms: [NamedTransform]

  /// A calibration from its parts.
  ///
  /// - Parameters:
  ///   - source: Where the numbers come from.
  ///   - cameras: The cameras.
  ///   - stereo: The stereo rig.
  ///   - transforms: Further transforms.
  public init(
    source: String = "", cameras: [NamedCamera], stereo: StereoEntry? = nil,
    transforms: [NamedTransform] = []
  ) {
    self.source = source
    self.cameras = cameras
    self.stereo = stereo
    self.transforms = transforms
  }

  /// The camera of a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The camera, or nil.
  public func camera(named name: String) -> CameraModel? {
    cameras.first { $0.name == name }?.camera
  }

  /// The stereo rig with its cameras, if there is one.
  public var stereoRig: StereoRig? {
    guard
      let stereo, let left = camera(named: stereo.left), let right = camera(named: stereo.right)
    else { return nil }
    return StereoRig(
      left: left, right: right, rightFromLeft: stereo.rightFromLeft,
      uncertainty: stereo.uncertainty)
  }

  /// The transform between two frames when the file names it, in either direction.
  ///
  /// - Parameters:
  ///   - target: The target frame.
  ///   - source: The source frame.
  /// - Returns: `target_from_source`, or nil.
  public func transform(to target: String, from source: String) -> Pose? {
    for entry in transforms {
      if entry.target == target && entry.source == source { return entry.targetFromSource }
      if entry.target == source && entry.source == target { return entry.targetFromSource.inverse }
    }
    return nil
  }
}

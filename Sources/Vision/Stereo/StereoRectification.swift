import COpenCV
public import Geometry

/// Turns the pictures of a rig so that equal rows see the same points.
///
/// A rig that is rectified already passes its pictures through bit for bit.
///
/// - Note: Source: Bouguet's method as in cv::stereoRectify, with equal principal points.
public struct StereoRectification: Sendable {
  /// The rectified rig.
  public let rig: StereoRig
  private let left: RemapTable
  private let right: RemapTable

  /// The tables of both cameras.
  var maps: (left: RemapTable, right: RemapTable) { (left, right) }

  /// The rectification of a rig.
  ///
  /// - Parameters:
  ///   - rig: Two cameras side by side, the left one left, of equal image sizes.
  ///   - alpha: 0 keeps valid pixels only, 1 all pixels of the sources.
  /// - Throws: ``VisionError``.
  public init(_ rig: StereoRig, alpha: Double = 0) throws {
    guard rig.left.width == rig.right.width, rig.left.height == rig.right.height else {
      throw VisionError.calibration(
        reason: "the rig's cameras differ in size: \(rig.left.width) x \(rig.left.height) and "
          + "\(rig.right.width) x \(rig.right.height)")
    }
    if rig.isRectified {
      self.rig = rig
      left = try RemapTable(from: rig.left, to: rig.left)
      right = try RemapTable(from: rig.right, to: rig.right)
      return
    }
    guard rig.baseline > 0 else {
      throw VisionError.calibration(reason: "the rig's cameras are at the same place")
    }
    let result = try Self.rectification(of: rig, alpha: alpha)
    let first = withUnsafeBytes(of: result.projection_left) {
      Array($0.bindMemory(to: Double.self))
    }
    let second = withUnsafeBytes(of: result.projection_right) {
      Array($0.bindMemory(to: Double.self))
    }
    guard second[3] < 0, abs(second[7]) <= 1e-6 * abs(second[3]) else {
      throw VisionError.calibration(
        reason: "the rig's right camera is not to the right of its left one "
          + "(right_from_left has the translation \(rig.rightFromLeft.translation))")
    }
    let rectified = StereoRig(
      left: Self.camera(first, like: rig.left), right: Self.camera(second, like: rig.right),
      rightFromLeft: Pose(rotation: .identity, translation: Vector3(second[3] / second[0], 0, 0)),
      uncertainty: rig.uncertainty)
    let leftRotation = withUnsafeBytes(of: result.rotation_left) {
      Matrix3(rowMajor: Array($0.bindMemory(to: Double.self)))
    }
    let rightRotation = withUnsafeBytes(of: result.rotation_right) {
      Matrix3(rowMajor: Array($0.bindMemory(to: Double.self)))
    }
    self.rig = rectified
    left = try RemapTable(from: rig.left, to: rectified.left, targetFromSource: leftRotation)
    right = try RemapTable(from: rig.right, to: rectified.right, targetFromSource: rightRotation)
  }

  private static func rectification(
    of rig: StereoRig, alpha: Double
  ) throws -> copencv_rectification {
    let leftCamera = try rig.left.openCV()
    let rightCamera = try rig.right.openCV()
    let rotation = rig.rightFromLeft.rotation.matrix.elements
    let t = rig.rightFromLeft.translation
    var result = copencv_rectification()
    try withUnsafePointer(to: leftCamera) { left in
      try withUnsafePointer(to: rightCamera) { right in
        try OpenCV.call("rectifying a rig") {
          $0.stereo_rectify(left, right, rotation, [t.x, t.y, t.z], alpha, &result)
        }
      }
    }
    return result
  }

  private static func camera(_ projection: [Double], like camera: CameraModel) -> CameraModel {
    CameraModel(
      width: camera.width, height: camera.height,
      focalLength: Vector2(projection[0], projection[5]),
      principalPoint: Vector2(projection[2], projection[6]))
  }

  /// Rectifies two pictures.
  ///
  /// - Parameters:
  ///   - leftImage: The left camera's picture.
  ///   - rightImage: The right camera's picture of the same instant.
  /// - Returns: The rectified pair with its rig.
  /// - Throws: ``VisionError``.
  public func rectify(left leftImage: Image, right rightImage: Image) throws -> StereoPair {
    StereoPair(
      left: try left.apply(to: leftImage), right: try right.apply(to: rightImage), rig: rig)
  }
}

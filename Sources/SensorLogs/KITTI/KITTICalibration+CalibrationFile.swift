public import Calibration
import Geometry

/// Why a calibration cannot be written in KITTI's form.
public struct KITTIFormError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the form cannot express, and what to do.
  public var reason: String

  /// The reason in words.
  public var description: String { "cannot be written in the form of kitti: \(reason)" }
}

extension KITTICalibration {
  /// The calibration as a file of the project: cameras `image_00` to `image_03`, `velodyne` and `imu`.
  ///
  /// - Parameters:
  ///   - width: Width of the images, which KITTI's form lacks, pixels.
  ///   - height: Their height, pixels.
  /// - Returns: Cameras, a rig of 2 and 3 (of 0 and 1 without these), and the transforms from the LiDAR.
  public func calibrationFile(width: Int, height: Int) -> CalibrationFile {
    var file = CalibrationFile(source: "KITTI", cameras: [])
    for number in projections.keys.sorted() {
      guard let camera = camera(number, width: width, height: height),
        let pose = cameraFromLidar(camera: number)
      else { continue }
      let name = "image_0\(number)"
      file.cameras.append(.init(name: name, camera: camera))
      file.transforms.append(.init(target: name, source: "velodyne", targetFromSource: pose))
    }
    for (left, right) in [(2, 3), (0, 1)] where file.stereo == nil {
      guard let a = cameraFromLidar(camera: left), let b = cameraFromLidar(camera: right) else {
        continue
      }
      // The two share their orientation to the last bit.
      let shift = b.translation - a.translation
      file.stereo = .init(
        left: "image_0\(left)", right: "image_0\(right)",
        rightFromLeft: Pose(rotation: .identity, translation: shift))
    }
    if let lidarFromIMU {
      file.transforms.append(
        .init(target: "velodyne", source: "imu", targetFromSource: lidarFromIMU))
    }
    return file
  }

  /// The form of the object benchmark for a calibration of rectified cameras.
  ///
  /// Cameras called `image_00` to `image_03` keep their numbers; the left and right camera of another rig, or a single camera,
  /// become 0 and 2, and 1 and 3.
  ///
  /// - Parameter file: The calibration; it must know where a LiDAR stands to the left camera.
  /// - Throws: ``KITTIFormError`` for what the form cannot express.
  public init(_ file: CalibrationFile) throws {
    let numbered = (0...3).compactMap { number in
      file.camera(named: "image_0\(number)").map { (number, "image_0\(number)", $0) }
    }
    var entries = numbered
    if entries.isEmpty {
      let names = file.stereo.map { [$0.left, $0.right] } ?? file.cameras.prefix(1).map(\.name)
      entries = names.enumerated().flatMap { place, name in
        [place, place + 2].compactMap { number in
          file.camera(named: name).map { (number, name, $0) }
        }
      }
    }
    guard let reference = entries.first?.1 else {
      throw KITTIFormError(reason: "there is no camera")
    }
    let lidars = ["velodyne", "lidar", "velo"]
    let found = lidars.lazy.compactMap { file.transform(to: reference, from: $0) }.first
    guard let cameraFromLidar = found else {
      throw KITTIFormError(
        reason: "the transform \(reference)_from_velodyne (or _from_lidar) is not known; "
          + "parallax calibrate lidar-camera finds it")
    }
    var projections: [Int: ProjectionMatrix] = [:]
    for (number, name, camera) in entries {
      guard camera.distortion == .none else {
        throw KITTIFormError(
          reason: "camera '\(name)' has lens distortion, and the form holds rectified cameras only")
      }
      let pose = name == reference ? .identity : Self.pose(of: name, from: reference, in: file)
      guard let pose else {
        throw KITTIFormError(
          reason: "the transform from camera '\(reference)' to '\(name)' is not known")
      }
      guard abs(pose.rotation.w) > 1 - 1e-9 else {
        throw KITTIFormError(
          reason: "camera '\(name)' is turned against '\(reference)', and the form holds rectified "
            + "cameras only")
      }
      projections[number] = ProjectionMatrix(
        left: camera.matrix, column: camera.matrix * pose.translation)
    }
    self.init(
      projections: projections, cameraFromLidar: cameraFromLidar,
      lidarFromIMU: lidars.lazy.compactMap { file.transform(to: $0, from: "imu") }.first)
  }

  private static func pose(
    of target: String, from source: String, in file: CalibrationFile
  ) -> Pose? {
    if let stereo = file.stereo, stereo.left == source, stereo.right == target {
      return stereo.rightFromLeft
    }
    if let direct = file.transform(to: target, from: source) { return direct }
    guard let a = file.transform(to: target, from: "velodyne"),
      let b = file.transform(to: source, from: "velodyne")
    else { return nil }
    return a * b.inverse
  }
}

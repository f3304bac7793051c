public import Geometry

/// A 3 x 4 matrix that projects homogeneous points: `u ~ left * X + column`.
public struct ProjectionMatrix: Sendable, Equatable {
  /// The left 3 x 3 part.
  public var left: Matrix3
  /// The fourth column.
  public var column: Vector3

  /// A projection from its parts.
  ///
  /// - Parameters:
  ///   - left: The left 3 x 3 part.
  ///   - column: The fourth column.
  public init(left: Matrix3, column: Vector3) {
    self.left = left
    self.column = column
  }

  /// A projection from twelve numbers in row-major order.
  ///
  /// - Parameter elements: Exactly twelve numbers.
  public init(rowMajor elements: [Double]) {
    precondition(elements.count == 12, "a 3 x 4 matrix has 12 elements, not \(elements.count)")
    left = Matrix3(
      rows: (0..<3).map { Vector3(elements[4 * $0], elements[4 * $0 + 1], elements[4 * $0 + 2]) })
    column = Vector3(elements[3], elements[7], elements[11])
  }

  /// The twelve elements in row-major order.
  public var elements: [Double] {
    (0..<3).flatMap { row in
      let values = left.rows[row]
      return [values.x, values.y, values.z, column[row]]
    }
  }

  /// The homogeneous image of a point: pixel times depth, and depth.
  ///
  /// - Parameter point: A point in the frame that the matrix projects from; metres.
  /// - Returns: `(u * w, v * w, w)`.
  public func project(_ point: Vector3) -> Vector3 { left * point + column }
}

/// The calibration of one frame of the KITTI object benchmark, or of one odometry sequence.
///
/// Frames: LiDAR (x forward, y left, z up); rectified camera 0 (x right, y down, z forward); cameras 0 to 3, which share its
/// orientation. Metres.
public struct KITTICalibration: Sendable, Equatable {
  /// Projections `P0` to `P3` from rectified camera 0 to the pixels of each camera, by camera number.
  public var projections: [Int: ProjectionMatrix]
  /// `R0_rect`: turns camera 0 so that all image planes coincide.
  public var rectification: Matrix3
  /// `Tr_velo_to_cam`: unrectified camera 0 from LiDAR.
  public var cameraFromLidar: Pose
  /// `Tr_imu_to_velo`, where the file has it.
  public var lidarFromIMU: Pose?

  /// A calibration from its parts.
  ///
  /// - Parameters:
  ///   - projections: `P0` to `P3` by camera number.
  ///   - rectification: `R0_rect`.
  ///   - cameraFromLidar: `Tr_velo_to_cam`.
  ///   - lidarFromIMU: `Tr_imu_to_velo`.
  public init(
    projections: [Int: ProjectionMatrix], rectification: Matrix3 = .identity,
    cameraFromLidar: Pose, lidarFromIMU: Pose? = nil
  ) {
    self.projections = projections
    self.rectification = rectification
    self.cameraFromLidar = cameraFromLidar
    self.lidarFromIMU = lidarFromIMU
  }

  /// Rectified camera 0 from LiDAR: `R0_rect * Tr_velo_to_cam`.
  public var rectifiedFromLidar: Pose {
    Pose(rotation: Quaternion(rectification), translation: .zero) * cameraFromLidar
  }

  /// One camera's frame from the LiDAR's: `K^-1 P R0_rect Tr_velo_to_cam`, so that K times a point gives the pixel.
  ///
  /// - Parameter camera: Camera number, 0 to 3; 2 is the left colour camera.
  /// - Returns: `camera_from_lidar`, or nil when the calibration lacks that camera.
  public func cameraFromLidar(camera: Int) -> Pose? {
    guard let projection = projections[camera] else { return nil }
    var pose = rectifiedFromLidar
    pose.translation += projection.left.inverse * projection.column
    return pose
  }

  /// The pinhole camera with a given number.
  ///
  /// - Parameters:
  ///   - number: Camera number, 0 to 3; 2 is the left colour camera.
  ///   - width: Width of its image, pixels.
  ///   - height: Height of its image, pixels.
  /// - Returns: The camera (images are rectified: no distortion), or nil when the calibration lacks it.
  public func camera(_ number: Int, width: Int, height: Int) -> CameraModel? {
    guard let k = projections[number]?.left.rows, k[2].z != 0 else { return nil }
    let scale = 1 / k[2].z
    return CameraModel(
      width: width, height: height, focalLength: Vector2(k[0].x, k[1].y) * scale,
      principalPoint: Vector2(k[0].z, k[1].z) * scale, skew: k[0].y * scale)
  }
}

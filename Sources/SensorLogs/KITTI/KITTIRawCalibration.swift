import Geometry

/// The calibration files of a KITTI raw recording day.
struct KITTIRawCalibration: Sendable {
  let folder: String

  func path(_ name: String) -> String { folder + "/" + name }

  private func table(_ name: String) throws -> KITTIMatrixTable {
    try KITTIMatrixTable(
      parsing: RandomAccessFile.text(of: path(name), named: name, place: ""), named: name, place: ""
    )
  }

  func camera(_ number: Int, size: PixelSize) throws -> CameraModel {
    let key = "P_rect_0\(number)"
    let table = try table("calib_cam_to_cam.txt")
    guard let elements = try table.matrix([key], count: 12, required: true),
      let camera = KITTICalibration(
        projections: [number: ProjectionMatrix(rowMajor: elements)], cameraFromLidar: .identity
      ).camera(number, width: size.width, height: size.height)
    else { throw table.failure("\(key) projects no camera") }
    return camera
  }

  /// A rigid transform given as `R:` and `T:`.
  private func rigid(_ name: String) throws -> Pose {
    let table = try table(name)
    guard let r = try table.matrix(["R"], count: 9, required: true),
      let t = try table.matrix(["T"], count: 3, required: true)
    else { return .identity }
    let rotation = Matrix3(rowMajor: r)
    try table.requireRotation(rotation, "R")
    return Pose(rotation: Quaternion(rotation), translation: Vector3(t[0], t[1], t[2]))
  }

  /// The same content as a file of the object benchmark.
  func objectCalibration() throws -> KITTICalibration {
    let cameras = try table("calib_cam_to_cam.txt")
    var projections: [Int: ProjectionMatrix] = [:]
    for number in 0...3 {
      if let elements = try cameras.matrix(["P_rect_0\(number)"], count: 12, required: false) {
        projections[number] = ProjectionMatrix(rowMajor: elements)
      }
    }
    let rectification = try cameras.matrix(["R_rect_00"], count: 9, required: true)
    let hasIMU = FolderListing.exists(path("calib_imu_to_velo.txt"))
    return KITTICalibration(
      projections: projections,
      rectification: rectification.map { Matrix3(rowMajor: $0) } ?? .identity,
      cameraFromLidar: try rigid("calib_velo_to_cam.txt"),
      lidarFromIMU: hasIMU ? try rigid("calib_imu_to_velo.txt") : nil)
  }
}

/// Cameras and IMU of a raw drive in the LiDAR frame.
struct KITTIRawTransforms: FileContent {
  var calibration: KITTIRawCalibration

  var file: String { "calib_velo_to_cam.txt" }
  var place: String { "" }
  var payloadType: String { FrameTransforms.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let calibration = try calibration.objectCalibration()
    let names = ["camera_gray_left", "camera_gray_right", "camera_left", "camera_right"]
    var edges = names.enumerated().compactMap { number, name in
      calibration.cameraFromLidar(camera: number).map {
        FrameTransforms.Edge(
          parent: "lidar", child: name, parentFromChild: $0.inverse, isStatic: true)
      }
    }
    if let lidarFromIMU = calibration.lidarFromIMU {
      edges.append(
        FrameTransforms.Edge(
          parent: "lidar", child: "imu", parentFromChild: lidarFromIMU, isStatic: true))
    }
    return FrameTransforms(edges: edges)
  }

  func check() -> FileCheck { checkByDecoding() }
}

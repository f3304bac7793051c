import Foundation
import Geometry

extension KITTICalibration {
  /// Reads `calib/NNNNNN.txt` of the object benchmark or `calib.txt` of an odometry sequence.
  ///
  /// Required: `P2` (or `P0` in an odometry file, told by its key `Tr`), `R0_rect` (unless the key is `Tr`) and
  /// `Tr_velo_to_cam`, `Tr_velo_cam` or `Tr`. Unknown keys are passed over.
  ///
  /// - Parameters:
  ///   - text: The file's text: lines `KEY: number number …`.
  ///   - name: The file's name, for messages.
  ///   - place: Where in the log, for messages, for example `frame 000001`.
  /// - Throws: ``LogError`` that names the key and what is wrong with it.
  public init(parsing text: String, named name: String, place: String = "") throws {
    let table = try KITTIMatrixTable(parsing: text, named: name, place: place)
    let isOdometry = table.has("Tr")
    projections = [:]
    for camera in 0...3 {
      let required = camera == (isOdometry ? 0 : 2)
      if let elements = try table.matrix(["P\(camera)"], count: 12, required: required) {
        let projection = ProjectionMatrix(rowMajor: elements)
        guard abs(projection.left.determinant) > 1e-9 else {
          throw table.failure("P\(camera) is singular: it projects no camera")
        }
        projections[camera] = projection
      }
    }
    let rectification = try table.matrix(
      ["R0_rect", "R_rect"], count: 9, required: !isOdometry)
    self.rectification = rectification.map { Matrix3(rowMajor: $0) } ?? .identity
    try table.requireRotation(self.rectification, "R0_rect")
    let lidar = try table.matrix(
      ["Tr_velo_to_cam", "Tr_velo_cam", "Tr"], count: 12, required: true)
    cameraFromLidar = try lidar.map { try table.pose($0, "Tr_velo_to_cam") } ?? .identity
    let imu = try table.matrix(["Tr_imu_to_velo", "Tr_imu_velo"], count: 12, required: false)
    lidarFromIMU = try imu.map { try table.pose($0, "Tr_imu_to_velo") }
  }

  /// The text of `calib/NNNNNN.txt`, with twelve digits behind the point as the benchmark writes it.
  public var text: String {
    func line(_ key: String, _ values: [Double]) -> String {
      key + ": " + values.map { String(format: "%.12e", $0) }.joined(separator: " ") + "\n"
    }
    var text = ""
    for camera in projections.keys.sorted() {
      text += line("P\(camera)", projections[camera]?.elements ?? [])
    }
    text += line("R0_rect", rectification.elements)
    text += line("Tr_velo_to_cam", Self.elements(of: cameraFromLidar))
    if let lidarFromIMU { text += line("Tr_imu_to_velo", Self.elements(of: lidarFromIMU)) }
    return text + "\n"
  }

  private static func elements(of pose: Pose) -> [Double] {
    ProjectionMatrix(left: pose.rotation.matrix, column: pose.translation).elements
  }
}

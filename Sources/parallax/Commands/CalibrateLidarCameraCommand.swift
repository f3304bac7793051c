import Calibration
import Foundation
import Geometry
import PointClouds

/// `parallax calibrate lidar-camera --images GLOB --clouds GLOB --board SPEC --camera FILE --out FILE`.
enum CalibrateLidarCameraCommand: Command {
  static let description = CommandDescription(
    name: "calibrate lidar-camera",
    summary: "where a LiDAR stands to a camera, from a board that both see",
    discussion: """
      Images and clouds are paired in the order of their names; a pair whose image does not show the target is passed over. Each
      cloud is cut to the board and little else (its largest plane must hold 30 % of the points). Three boards or more, tilted to
      different sides by 30 degrees; boards that do not fit are left out and named.
      """,
    options: [
      .init(
        name: "--images", value: "GLOB", summary: "images: a quoted pattern or a folder",
        isRequired: true),
      .init(
        name: "--clouds", value: "GLOB", summary: "clouds (.pcd, .ply, .bin, .xyz), as many",
        isRequired: true), CalibrationTask.boardOption,
      .init(
        name: "--camera", value: "FILE.yaml", summary: "the camera's calibration",
        isRequired: true),
      .init(
        name: "--out", value: "FILE.yaml",
        summary: "the calibration with CAMERA_from_lidar added", isRequired: true),
      .init(
        name: "--window", value: "PIXELS",
        summary: "half side of all corner windows; by default they follow the squares"),
      CommandDescription.json,
    ],
    examples: [
      "parallax calibrate lidar-camera --images 'img/*.png' --clouds 'pcd/*.pcd' "
        + "--board checkerboard:9x6:0.1 --camera cam.yaml --out rig.yaml"
    ])

  private struct Summary: Encodable {
    struct Board: Encodable {
      var name: String
      var distanceM, angleDegrees, sigmas: Double
      var points: Int
      var leftOut: Bool
    }
    var rotation, translation: [Double]
    var stddevRotationDegrees, stddevTranslationM: [Double]
    var pixelStddev: [String: Double]
    var inflation: Double
    var boards: [Board]
    var unused: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let task = try CalibrationTask(arguments)
    let images = try task.images("--images")
    let clouds = try FilePattern.files(
      arguments.value(of: "--clouds") ?? "", extensions: ["pcd", "ply", "bin", "xyz"],
      kind: "cloud")
    guard images.count == clouds.count else {
      throw CommandFailure.usage(
        "\(images.count) images and \(clouds.count) clouds cannot be paired one to one",
        command: arguments.command.name)
    }
    var file = try CalibrationFile.load(path: arguments.value(of: "--camera") ?? "")
    guard let camera = file.cameras.first else { return .failure }
    var observations: [BoardObservation] = []
    for (place, detection) in try task.detections(in: images).enumerated() {
      guard let view = detection.view else { continue }
      guard let scaled = camera.camera.fitted(toWidth: view.width, height: view.height) else {
        throw CommandFailure(
          .failure,
          "\(view.name) has \(view.width)x\(view.height) pixels, the camera is calibrated for "
            + "\(camera.camera.width)x\(camera.camera.height)")
      }
      do {
        let pose = try BoardPose(view, of: task.target, in: scaled)
        observations.append(
          BoardObservation(
            name: (clouds[place] as NSString).lastPathComponent,
            cameraFromTarget: pose.cameraFromTarget, poseCovariance: pose.covariance,
            points: try points(clouds[place])))
      } catch let refusal as CalibrationRefusal { Console.note("\(refusal)") }
    }
    let estimate: LidarCameraEstimate
    do { estimate = try LidarCameraEstimator().estimate(observations) } catch let error
      as LidarCameraError
    {
      throw CommandFailure(.failure, "refused: \(error)")
    }
    file.transforms.removeAll { $0.target == camera.name && $0.source == "lidar" }
    file.transforms.append(
      .init(target: camera.name, source: "lidar", targetFromSource: estimate.cameraFromLidar))
    try task.save(file)
    try show(estimate, camera.camera, arguments)
    return .done
  }

  private static func points(_ path: String) throws -> [Vector3] {
    let cloud = try PointCloudFile.read(path: path).cloud
    return cloud.moved(toOrigin: .zero).positions.withUnsafeElements(of: Float.self) { values in
      (0..<values.count / 3).map {
        Vector3(Double(values[3 * $0]), Double(values[3 * $0 + 1]), Double(values[3 * $0 + 2]))
      }
    }
  }

  private static func show(
    _ estimate: LidarCameraEstimate, _ camera: CameraModel, _ arguments: ParsedArguments
  ) throws {
    let degrees = 180 / Double.pi
    let (q, t) = (estimate.cameraFromLidar.rotation, estimate.cameraFromLidar.translation)
    let (turn, shift) = (estimate.rotationDeviation * degrees, estimate.translationDeviation)
    let pixels = [5, 20, 50].map { ("\($0)m", estimate.pixelDeviation(at: Double($0), in: camera)) }
    let summary = Summary(
      rotation: [q.w, q.vector.x, q.vector.y, q.vector.z], translation: [t.x, t.y, t.z],
      stddevRotationDegrees: [turn.x, turn.y, turn.z],
      stddevTranslationM: [shift.x, shift.y, shift.z],
      pixelStddev: Dictionary(uniqueKeysWithValues: pixels), inflation: estimate.inflation,
      boards: estimate.boards.map {
        .init(
          name: $0.name, distanceM: $0.distance, angleDegrees: $0.angle * degrees,
          sigmas: $0.sigmas, points: $0.points, leftOut: $0.isOutlier)
      }, unused: estimate.unusedBoards.map { "\($0.name): \($0.reason)" })
    for line in summary.unused { Console.note(line) }
    for board in summary.boards where board.leftOut {
      Console.note("\(board.name): left out, since it does not fit the other boards")
    }
    if arguments.isSet("--json") { return try Console.json(summary) }
    let numbers = { (values: [Double]) in
      values.map { String(format: "%.4g", $0) }.joined(separator: " ")
    }
    let rows = [
      ["  rotation w x y z", numbers(summary.rotation)],
      ["  translation", numbers(summary.translation) + " m"],
      [
        "  standard deviations",
        numbers(summary.stddevRotationDegrees) + " degrees, "
          + numbers(summary.stddevTranslationM.map { $0 * 1000 }) + " mm",
      ], ["  pixel error at 5, 20, 50 m", numbers(pixels.map(\.1)) + " px"],
    ]
    Console.result("camera_from_lidar from \(estimate.boards.count) boards\n" + Console.table(rows))
  }
}

import Geometry
import SensorLogs
import TestSupport
import Testing
import Vision

@Suite struct EuRoCFormatTests {
  /// The layout of the data set with one image pair, made of another recording's.
  private func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let image = try bytes(of: SharedData.path("stereo/cones/im2.png"))
    for camera in ["cam0", "cam1"] {
      let base = folder.file("mav0/\(camera)/")
      try write(image, to: base + "data/1403636579763555584.png")
      try write(
        "#timestamp [ns],filename\r\n1403636579763555584,1403636579763555584.png\r\n",
        to: base + "data.csv")
      try write(
        """
        sensor_type: camera
        T_BS:
          cols: 4
          rows: 4
          data: [0.0, -1.0, 0.0, -0.02,
                 1.0, 0.0, 0.0, -0.06,
                 0.0, 0.0, 1.0, 0.01,
                 0.0, 0.0, 0.0, 1.0]
        resolution: [752, 480]
        camera_model: pinhole
        intrinsics: [458.654, 457.296, 367.215, 248.375] #fu, fv, cu, cv
        distortion_model: radial-tangential
        distortion_coefficients: [-0.28, 0.07, 0.0002, 1.8e-05]
        """, to: base + "sensor.yaml")
    }
    try write(
      "#timestamp [ns],w...\n1403636579758555392,-0.1,0.15,0.02,8.1,-0.3,-3.2\nbroken\n",
      to: folder.file("mav0/imu0/data.csv"))
    try write(
      "#ts\n1403636579763555584,4.688,-1.786,0.783,0.5,-0.5,-0.5,0.5,0,0,0\n",
      to: folder.file("mav0/state_groundtruth_estimate0/data.csv"))
    return folder
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `images, cameras, samples, poses and transforms come at their times`() throws {
    let folder = try makeFolder()
    let log = try RecordedLogs.open(folder.path)
    #expect(log.format == "euroc")
    let reading = try LogReading(log)
    #expect(reading.isOrdered)
    #expect(
      reading.messages.map(\.header.topic) == [
        "/imu", "/tf_static", "/stereo/left/image", "/stereo/right/image", "/tf",
      ])
    #expect(reading.messages[2].logTime.nanoseconds == 1_403_636_579_763_555_584)
    let image = try #require(try reading.first("/stereo/left/image", as: Image.self))
    #expect(image.camera?.focalLength == Vector2(458.654, 457.296))
    #expect(image.camera?.distortion == .brownConrady([-0.28, 0.07, 0.0002, 1.8e-05, 0]))
    let mounted = try #require(try reading.first("/tf_static", as: FrameTransforms.self)).edges
    #expect(mounted.map(\.child) == ["camera_left", "camera_right"])
    #expect(
      (mounted[0].parentFromChild * Vector3(1, 0, 0) - Vector3(-0.02, 0.94, 0.01)).length < 1e-12)
    let pose = try #require(try reading.first("/tf", as: FrameTransforms.self)).edges[0]
    #expect(pose.parentFromChild.rotation.vector == Vector3(-0.5, -0.5, 0.5))
    let imu = try #require(try reading.first("/imu", as: Record.self))
    guard case .record(let a)? = imu["linear_acceleration"], case .real(let x)? = a["x"] else {
      Issue.record("a sample has an acceleration")
      return
    }
    #expect(x == 8.1)
    #expect(reading.damage.map(\.place) == ["line 3"])
    #expect(try RecordedLogs.open(folder.file("mav0")).streams == log.streams)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a sensor file that is wrong is damage and leaves the images`() throws {
    let folder = try makeFolder()
    try write("intrinsics: [1, 2, x, 4]", to: folder.file("mav0/cam0/sensor.yaml"))
    let reading = try LogReading(folder.path)
    #expect(reading.damage.contains { $0.file == "cam0/sensor.yaml" })
    #expect(try reading.first("/stereo/left/image", as: Image.self)?.camera == nil)
    #expect(try reading.first("/stereo/right/image", as: Image.self)?.camera != nil)
  }
}

import Configuration
import Foundation
import Geometry
import TestSupport
import Testing

@testable import Calibration

@Suite struct CalibrationFormatTests {
  static let rig = CalibrationFile(
    cameras: [
      .init(
        name: "left",
        camera: CameraModel(
          width: 640, height: 480, focalLength: [533.0, 533.1], principalPoint: [342.3, 233.9],
          distortion: .brownConrady([-0.2854, 0.0639, 0.0011, -0.0001, 0.0817]))),
      .init(
        name: "right",
        camera: CameraModel(
          width: 640, height: 480, focalLength: [537.5, 537.0], principalPoint: [327.3, 249.0],
          distortion: .brownConrady([-0.2978, 0.1542, -0.0008, 0.0004, -0.0748]))),
    ],
    stereo: .init(
      left: "left", right: "right",
      rightFromLeft: Pose(
        rotation: Quaternion(angle: 0.009, axis: [0.7, 0.4, -0.35]),
        translation: [-0.0832, 0.0009, -0.0001])))

  static func one(_ distortion: Distortion) -> CalibrationFile {
    CalibrationFile(cameras: [
      .init(
        name: "eye 1",
        camera: CameraModel(
          width: 752, height: 480, focalLength: [461.629, 460.152],
          principalPoint: [362.68, 246.049], distortion: distortion))
    ])
  }

  static func isSame(_ a: Pose, _ b: Pose) -> Bool {
    let off = difference(a, b)
    return off.rotation < 1e-9 && off.translation < 1e-12
  }

  static let lenses: [Distortion] = [
    .none, .brownConrady([-0.3, 0.1, 0.001, 0.002, 0]), .brownConrady([-0.3, 0.1, 0, 0, 0.01]),
    .brownConrady([1, 2, 3, 4, 5, 6, 7, 8]), .fisheye([-0.01, 0.05, -0.04, 0.012]),
  ]

  @Test(arguments: [CalibrationFormat.ros, .opencv, .kalibr, .parallax], lenses)
  func `a camera survives the way there and back`(format: CalibrationFormat, lens: Distortion)
    throws
  {
    let file = Self.one(lens)
    if format == .kalibr, case .brownConrady(let k) = lens, k[4] != 0 {
      #expect(throws: CalibrationFormatError.self) { try file.text(as: format) }
      return
    }
    let text = try file.text(as: format)
    #expect(CalibrationFormat.detect(text) == format)
    let back = try CalibrationFile(text: text, named: "x.yaml")
    #expect(back.cameras.map(\.camera) == file.cameras.map(\.camera))
    if format != .kalibr { #expect(back.cameras[0].name == "eye 1") }
  }

  @Test(arguments: [CalibrationFormat.opencv, .parallax])
  func `a rig survives the way there and back`(format: CalibrationFormat) throws {
    let back = try CalibrationFile(text: Self.rig.text(as: format), named: "x.yaml")
    #expect(back.cameras == Self.rig.cameras)
    let (a, b) = (try #require(back.stereo), try #require(Self.rig.stereo))
    #expect(Self.isSame(a.rightFromLeft, b.rightFromLeft))
  }

  @Test func `a Kalibr chain holds cameras, their poses and the IMU`() throws {
    var file = Self.one(.fisheye([1, 2, 3, 4]))
    file.cameras[0].name = "cam0"
    for number in 1...2 {
      var next = file.cameras[0]
      next.name = "cam\(number)"
      next.camera.principalPoint.x += Double(number)
      file.cameras.append(next)
    }
    let pose = Self.rig.stereo?.rightFromLeft ?? .identity
    file.stereo = .init(left: "cam0", right: "cam1", rightFromLeft: pose)
    #expect(throws: CalibrationFormatError.self) { try file.text(as: .kalibr) }
    file.transforms = [
      .init(target: "cam2", source: "cam1", targetFromSource: pose.inverse),
      .init(target: "cam1", source: "imu", targetFromSource: pose * pose),
    ]
    let back = try CalibrationFile(text: file.text(as: .kalibr), named: "chain.yaml")
    #expect(back.cameras == file.cameras)
    #expect(Self.isSame(try #require(back.stereo).rightFromLeft, pose))
    #expect(Self.isSame(try #require(back.transform(to: "cam2", from: "cam1")), pose.inverse))
    #expect(Self.isSame(try #require(back.transform(to: "cam1", from: "imu")), pose * pose))
  }

  /// The example of Kalibr's own documentation, shortened.
  @Test func `a documented Kalibr file is read`() throws {
    let text = """
      cam0:
        camera_model: pinhole
        intrinsics: [461.629, 460.152, 362.680, 246.049]
        distortion_model: radtan
        distortion_coeffs: [-0.27695497, 0.06712482, 0.00087538, 0.00011556]
        T_cam_imu:
        - [0.01779318, 0.99967549,-0.01822936, 0.07008565]
        - [-0.9998017, 0.01795239, 0.00860714,-0.01771023]
        - [0.00893160, 0.01807260, 0.99979678, 0.00399246]
        - [0.0, 0.0, 0.0, 1.0]
        timeshift_cam_imu: -8.121e-05
        rostopic: /cam0/image_raw
        resolution: [752, 480]
      """
    let file = try CalibrationFile(text: text, named: "chain.yaml")
    let camera = try #require(file.camera(named: "cam0"))
    #expect(camera.focalLength == [461.629, 460.152] && camera.width == 752)
    #expect(
      camera.distortion == .brownConrady([-0.27695497, 0.06712482, 0.00087538, 0.00011556, 0]))
    #expect(file.transform(to: "cam0", from: "imu")?.translation.x == 0.07008565)
    let omni = text.replacingOccurrences(of: "pinhole", with: "omni")
    #expect(throws: ConfigurationErrors.self) {
      try CalibrationFile(text: omni, named: "chain.yaml")
    }
  }

  /// As camera_calibration writes it (a file that its users show in an issue).
  @Test func `a documented ROS file is read`() throws {
    let text = """
      image_width: 640
      image_height: 480
      camera_name: rgb_Astra_Orbbec
      camera_matrix:
        rows: 3
        cols: 3
        data: [526.6908, 0, 312.33335, 0, 525.75426, 246.22796, 0, 0, 1]
      distortion_model: plumb_bob
      distortion_coefficients:
        rows: 1
        cols: 5
        data: [0.01864, -0.0808, 0.00067, -0.0018, 0]
      rectification_matrix:
        rows: 3
        cols: 3
        data: [1, 0, 0, 0, 1, 0, 0, 0, 1]
      projection_matrix:
        rows: 3
        cols: 4
        data: [516.2, 0, 310.36, 0, 0, 514.05, 246.885, 0, 0, 0, 1, 0]
      """
    let file = try CalibrationFile(text: text, named: "ros.yaml")
    let camera = try #require(file.camera(named: "rgb_Astra_Orbbec"))
    #expect(camera.focalLength == [526.6908, 525.75426] && camera.principalPoint.y == 246.22796)
    #expect(camera.distortion == .brownConrady([0.01864, -0.0808, 0.00067, -0.0018, 0]))
  }

  @Test func `ROS files of a rig carry its rectification`() throws {
    let texts = try ["left", "right"].map { try Self.rig.text(as: .ros, camera: $0) }
    let back = try CalibrationFile.rosRig(
      left: texts[0], right: texts[1], names: ("left.yaml", "right.yaml"))
    #expect(back.cameras == Self.rig.cameras)
    let pose = try #require(Self.rig.stereo).rightFromLeft
    let off = difference(try #require(back.stereo).rightFromLeft, pose)
    // OpenCV's own rectification gives P.
    #expect(off.rotation < 1e-9 && off.translation < 1e-9, "\(off)")
    #expect(throws: CalibrationFormatError.self) { try Self.rig.text(as: .ros) }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `OpenCV's own sample files are read`() throws {
    let folder = SharedData.path("checkerboard/opencv")
    let mono = try String(contentsOfFile: folder + "/left_intrinsics.yml", encoding: .utf8)
    let camera = try CalibrationFile(text: mono, named: "left_intrinsics.yml").cameras[0].camera
    #expect(camera.focalLength.x == 535.91573396163199 && camera.width == 640)
    #expect(
      camera.distortion
        == .brownConrady([
          -0.26637260909660682, -0.038588898922304653, 0.0017831947042852964,
          -0.00028122100441115472, 0.23839153080878486,
        ]))
    let rig = try String(contentsOfFile: folder + "/intrinsics.yml", encoding: .utf8)
    do {
      _ = try CalibrationFile(text: rig, named: "intrinsics.yml")
      Issue.record("read without a size")
    } catch let errors as ConfigurationErrors {
      #expect(errors.description.contains("image_width"))
    }
    let file = try CalibrationFile(text: rig, named: "intrinsics.yml", imageSize: (640, 480))
    #expect(file.cameras.map(\.name) == ["left", "right"] && file.stereo == nil)
    #expect(file.cameras[1].camera.principalPoint.x == 334.55744527912015)
  }

  @Test(arguments: [
    ("plumb_bob", "plum_bob", "did you mean"), ("cols: 5", "cols: 4", "5 numbers"),
    ("data: [526", "data: [-526", "above 0"), ("image_width: 640", "image_width: 0", "pixels"),
  ])
  func `a mistake is named with its place`(old: String, new: String, word: String) throws {
    let text = try Self.one(.brownConrady([1, 2, 3, 4, 5])).text(as: .ros)
      .replacingOccurrences(of: "461.629", with: "526").replacingOccurrences(
        of: "image_width: 752", with: "image_width: 640")
    let changed = text.replacingOccurrences(of: old, with: new)
    #expect(changed != text)
    do {
      _ = try CalibrationFile(text: changed, named: "x.yaml")
      Issue.record("accepted: \(new)")
    } catch let errors as ConfigurationErrors {
      #expect(errors.description.contains(word), "\(errors)")
    }
  }

  @Test func `a skew is refused by forms whose users ignore it`() throws {
    var file = Self.one(.none)
    file.cameras[0].camera.skew = 0.5
    for format in [CalibrationFormat.ros, .opencv, .kalibr] {
      #expect(throws: CalibrationFormatError.self) { try file.text(as: format) }
    }
  }

  @Test func `a text that is no calibration says so`() {
    #expect(throws: ConfigurationErrors.self) { try CalibrationFile(text: "a: 1", named: "x") }
    #expect(CalibrationFormat.detect("P0: 1 2 3") == nil)
  }

  @Test func `standard deviations are saved and read, and old files have none`() throws {
    var file = Self.rig
    file.cameras[0].uncertainty = CameraUncertainty(
      focalLength: [0.41, 0.42], principalPoint: [0.6, 0.5],
      distortion: [0.003, 0.02, 0.0002, 0.0001, 0.05])
    file.stereo?.uncertainty = StereoUncertainty(
      focalLength: 0.3, baseline: 1e-4, disparityOffset: 0.15, correlations: [0.1, -0.2, 0.3])
    let back = try CalibrationFile(text: file.yamlText, named: "x.yaml")
    #expect(back == file)
    #expect(back.stereoRig?.uncertainty == file.stereo?.uncertainty)
    #expect(try CalibrationFile(text: Self.rig.yamlText, named: "x").stereoRig?.uncertainty == nil)
    for (old, new) in [
      ("0.41", "-0.41"), ("0.05]", "0.05, 1]"), ("baseline", "baselin"), ("0.1, -0.2", "2, -0.2"),
    ] {
      #expect(throws: ConfigurationErrors.self, "\(new)") {
        try CalibrationFile(
          text: file.yamlText.replacingOccurrences(of: old, with: new), named: "x")
      }
    }
  }
}

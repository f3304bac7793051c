import Foundation
import Testing

@testable import Geometry

@Suite struct CameraModelProjectionTests {
  static let lenses: [String: Distortion] = [
    "pinhole5": .brownConrady([-0.2787, 0.0654, 0.0018, -0.0003, 0.0185]),
    "pinhole8": .brownConrady([0.41, -0.23, 0.0011, -0.0007, 0.012, 0.72, -0.19, 0.031]),
    "fisheye4": .fisheye([0.0125, -0.0021, 0.0009, -0.0002]),
  ]

  static func camera(_ distortion: Distortion, skew: Double = 0) -> CameraModel {
    CameraModel(
      width: 640, height: 480, focalLength: [536.5, 531.75], principalPoint: [342.25, 235.5],
      skew: skew, distortion: distortion)
  }

  /// Rows of Tests/Fixtures/vision/camera_projection.csv, made by camera_projection.py there.
  static func reference() throws -> [(lens: String, numbers: [Double])] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/vision/camera_projection.csv")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { line in
      let fields = line.split(separator: ",")
      return (String(fields[0]), fields.dropFirst().compactMap { Double($0) })
    }
  }

  @Test func `projection and its inverse equal OpenCV's`() throws {
    let rows = try Self.reference()
    #expect(rows.count == 120)
    for (lens, n) in rows {
      let camera = Self.camera(try #require(Self.lenses[lens]))
      let pixel = try #require(camera.project(Vector3(n[0], n[1], n[2])), "\(lens) \(n)")
      // Rounding in another order: a few units in the last place of numbers up to 1000.
      #expect(abs(pixel.x - n[3]) < 1e-10 && abs(pixel.y - n[4]) < 1e-10, "\(lens) \(n)")
      let ray = try #require(camera.ray(through: Vector2(n[3], n[4])))
      #expect(abs(ray.x / ray.z - n[5]) < 1e-9 && abs(ray.y / ray.z - n[6]) < 1e-9)
    }
  }

  @Test(arguments: ["pinhole5", "pinhole8", "fisheye4", "none"])
  func `the ray through a pixel projects onto that pixel`(lens: String) throws {
    let camera = Self.camera(Self.lenses[lens] ?? .none, skew: 1.5)
    for y in stride(from: 0.0, through: 479, by: 47.9) {
      for x in stride(from: 0.0, through: 639, by: 63.9) {
        let ray = try #require(camera.ray(through: [x, y]), "\(lens) \(x) \(y)")
        #expect(abs(ray.length - 1) < 1e-14)
        let back = try #require(camera.project(ray * 7))
        #expect(abs(back.x - x) < 1e-9 && abs(back.y - y) < 1e-9, "\(lens) \(x) \(y)")
        let point = try #require(camera.unproject([x, y], depth: 3))
        #expect(abs(point.z - 3) < 1e-12)
      }
    }
  }

  @Test func `a pinhole projects by hand`() throws {
    let camera = CameraModel(
      width: 10, height: 10, focalLength: [100, 200], principalPoint: [5, 6], skew: 3)
    #expect(camera.project([1, 2, 4]) == Vector2(100 * 0.25 + 3 * 0.5 + 5, 200 * 0.5 + 6))
    #expect(camera.project([1, 2, 0]) == nil)
    #expect(camera.project([1, 2, -4]) == nil)
  }

  /// cv2.projectPoints of OpenCV 4.6, no rotation or translation, K = [[500 0 320] [0 510 240] [0 0 1]]:
  /// `cv2.projectPoints(np.array([[0.4,-0.3,1.5]]), 0, 0, K, D)`; fisheye: `cv2.fisheye.projectPoints`.
  @Test(arguments: [
    (
      Distortion.brownConrady([-0.28, 0.07, 0.001, -0.0005, 0]),
      Vector2(449.1837448559671, 141.20985185185185)
    ),
    (
      Distortion.brownConrady([0.2, -0.1, 0.001, 0.002, 0.03, 0.1, 0.02, -0.01]),
      Vector2(454.81011569709875, 137.01192815838613)
    ),
    (
      Distortion.fisheye([0.02, -0.01, 0.003, -0.001]),
      Vector2(448.9533121549837, 141.35071620143748)
    ),
  ])
  func `unequal focal lengths and weak lenses agree with OpenCV`(
    distortion: Distortion, expected: Vector2
  ) throws {
    let camera = CameraModel(
      width: 640, height: 480, focalLength: [500, 510], principalPoint: [320, 240],
      distortion: distortion)
    #expect(camera.project([0, 0, 3]) == Vector2(320, 240))
    let pixel = try #require(camera.project(Vector3(0.4, -0.3, 1.5)))
    #expect(abs(pixel.x - expected.x) < 1e-9 && abs(pixel.y - expected.y) < 1e-9)
  }

  @Test func `a point where the lens model folds back is not shown`() {
    // r (1 - 0.3 r²) has its maximum at r = 1.054.
    let camera = Self.camera(.brownConrady([-0.3, 0, 0, 0, 0]))
    #expect(camera.project([1.0, 0, 1]) != nil)
    #expect(camera.project([1.1, 0, 1]) == nil)
    #expect(camera.project([1.7, 0, 1]) == nil)
    #expect(camera.undistort([0.71, 0]) == nil)
    #expect(camera.undistort([0.70, 0]) != nil)
  }

  /// Slope of the radius: (1 - r²)(1 - r²/2), so that it falls from r = 1 and rises from r = 1.414.
  @Test(arguments: [Distortion.brownConrady([-0.5, 0.1, 0, 0, 0]), .fisheye([-0.5, 0.1, 0, 0])])
  func `beyond the first fold nothing is shown, even where the model rises again`(
    lens: Distortion
  ) throws {
    let camera = Self.camera(lens)
    let isFisheye = if case .fisheye = lens { true } else { false }
    func point(_ radius: Double) -> Vector3 {
      isFisheye ? [sin(radius), 0, cos(radius)] : [radius, 0, 1]
    }
    #expect(abs(camera.foldLimit - 1) < 1e-12)
    let pixel = try #require(camera.project(point(0.999)))
    // 0.999 - 0.5 · 0.999³ + 0.1 · 0.999⁵
    let expected = 342.25 + 536.5 * 0.5999994995004999
    #expect(abs(pixel.x - expected) < 1e-9)
    for radius in [1.001, 1.2, 1.41, 1.42, 1.8, 2.5, 3.0] {
      #expect(camera.project(point(radius)) == nil, "\(radius)")
    }
    // The largest radius of the image is that at the fold: 1 - 0.5 + 0.1.
    let ray = try #require(camera.ray(through: [342.25 + 536.5 * 0.599, 235.5]))
    #expect(ray.x > 0.5 && (isFisheye ? atan2(ray.x, ray.z) : ray.x / ray.z) < 1)
    #expect(camera.ray(through: [342.25 + 536.5 * 0.601, 235.5]) == nil)
    #expect(camera.ray(through: [342.25 + 536.5 * 0.9, 235.5]) == nil)
  }

  @Test func `a rational lens shows nothing beyond its pole`() throws {
    let camera = Self.camera(.brownConrady([0.2, -0.1, 0.001, 0.002, 0.03, 0.1, 0.02, -0.01]))
    // The denominator 1 + 0.1 s + 0.02 s² - 0.01 s³ has its only positive root here; numpy's roots say 6.20684577.
    let s = camera.foldLimit
    #expect(abs(s - 6.20684577) < 1e-8 && abs(1 + s * (0.1 + s * (0.02 - 0.01 * s))) < 1e-13)
    #expect(camera.project([0, 2.4, 1]) != nil)
    #expect(camera.project([0, 2.5, 1]) == nil)
    #expect(camera.project([0, 3, 1]) == nil)
    #expect(camera.project([0, 100, 1]) == nil)
  }

  @Test func `the fold limit follows the distortion`() {
    var camera = Self.camera(.brownConrady([-0.5, 0.1, 0, 0, 0]))
    camera.distortion = .none
    #expect(camera.foldLimit == .infinity && camera.project([2, 0, 1]) != nil)
    camera.distortion = .brownConrady([-0.3, 0, 0, 0, 0])
    #expect(abs(camera.foldLimit - 1 / 0.9) < 1e-15)
    camera.distortion = .brownConrady([0.1, 0.2, 0, 0, 0.3])
    #expect(camera.foldLimit == .infinity)
    camera.distortion = .brownConrady([.nan, 0, 0, 0, 0])
    #expect(camera.foldLimit == 0 && camera.project([0, 0, 1]) == nil)
  }

  @Test func `a fisheye sees beyond a right angle`() throws {
    let camera = Self.camera(.fisheye([0, 0, 0, 0]))
    let ray = Vector3(sin(1.8), 0, cos(1.8))
    let pixel = try #require(camera.project(ray))
    #expect(abs(pixel.x - (536.5 * 1.8 + 342.25)) < 1e-9)
    let back = try #require(camera.ray(through: pixel))
    #expect((back - ray).length < 1e-12)
    #expect(camera.unproject(pixel, depth: 1) == nil)
  }

  @Test func `nothing that is not a number gets through`() {
    for distortion in [Distortion.none] + Self.lenses.values {
      let camera = Self.camera(distortion)
      #expect(camera.project([.nan, 0, 1]) == nil)
      #expect(camera.project([.infinity, 0, 1]) == nil)
      #expect(camera.undistort([.nan, 0]).map { $0.x.isNaN } ?? true)
    }
  }

  @Test func `a camera fits uniformly scaled images only`() throws {
    let camera = Self.camera(.none)
    let half = try #require(camera.fitted(toWidth: 320, height: 240))
    #expect(half.focalLength == [268.25, 265.875])
    #expect(half.principalPoint == [(342.25 + 0.5) / 2 - 0.5, (235.5 + 0.5) / 2 - 0.5])
    #expect(camera.fitted(toWidth: 640, height: 480) == camera)
    #expect(camera.fitted(toWidth: 320, height: 200) == nil)
    #expect(camera.fitted(toWidth: 0, height: 0) == nil)
  }
}

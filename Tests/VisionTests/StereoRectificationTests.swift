import Geometry
import Tensors
import Testing

@testable import Vision

@Suite struct StereoRectificationTests {
  static let rig: StereoRig = {
    let left = CameraModel(
      width: 640, height: 480, focalLength: [536.5, 536.2], principalPoint: [342.3, 235.5],
      distortion: .brownConrady([-0.27, 0.06, 0.0018, -0.0003, 0.01]))
    let right = CameraModel(
      width: 640, height: 480, focalLength: [542.5, 541.1], principalPoint: [328.6, 247.6],
      distortion: .brownConrady([-0.28, 0.1, -0.0004, 0.001, -0.02]))
    let rotation = Quaternion(angle: 0.03, axis: [0.2, 1, -0.3])
    return StereoRig(
      left: left, right: right,
      rightFromLeft: Pose(rotation: rotation, translation: [-0.11, 0.003, -0.002]))
  }()

  @Test func `rectified rows of both cameras see the same points`() throws {
    let rig = Self.rig
    let result = try StereoRectification(rig)
    #expect(result.rig.isRectified)
    #expect(abs(result.rig.baseline - rig.baseline) < 1e-9)
    #expect(result.rig.left.principalPoint == result.rig.right.principalPoint)
    // A point seen through the maps: the rectified pixel's place in the source is where the source camera projects the point.
    let leftMap = try #require(result.maps.left.map.shape.first == 480 ? result.maps.left : nil)
    let map = leftMap.map.array(of: Float.self)
    let rightMap = result.maps.right.map.array(of: Float.self)
    for (row, column) in [(100, 150), (240, 320), (400, 500), (30, 600)] {
      let index = 2 * (row * 640 + column)
      let seen = Vector2(Double(map[index]), Double(map[index + 1]))
      let ray = try #require(rig.left.ray(through: seen))
      for range in [0.8, 3.0, 50] {
        let pixel = try #require(rig.right.project(rig.rightFromLeft * (ray * range)))
        // Along the row of the right map, the place nearest to the pixel is hit within a hundredth.
        var best = Double.infinity
        for x in 0..<640 {
          let other = 2 * (row * 640 + x)
          let next = min(other + 2, 2 * (row * 640 + 639))
          let a = Vector2(Double(rightMap[other]), Double(rightMap[other + 1]))
          let b = Vector2(Double(rightMap[next]), Double(rightMap[next + 1]))
          let along = b - a
          let length = (along * along).sum()
          let t = length > 0 ? min(max(((pixel - a) * along).sum() / length, 0), 1) : 0
          let gap = pixel - (a + along * t)
          best = min(best, (gap * gap).sum().squareRoot())
        }
        if pixel.x > 10 && pixel.x < 630 { #expect(best < 0.01, "\(row) \(column) \(range)") }
      }
    }
  }

  @Test func `a rectified rig passes its pictures bit for bit`() throws {
    let camera = CameraModel(
      width: 5, height: 4, focalLength: [10, 10], principalPoint: [2, 2])
    let rig = StereoRig(
      left: camera, right: camera,
      rightFromLeft: Pose(rotation: .identity, translation: [-0.1, 0, 0]))
    let image = Image(pixels: Tensor((0..<60).map { UInt8($0) }, shape: [4, 5, 3]))
    let pair = try StereoRectification(rig).rectify(left: image, right: image)
    #expect(pair.left.pixels.array(of: UInt8.self) == (0..<60).map { UInt8($0) })
    #expect(pair.rig == rig && pair.left.camera == camera)
  }

  @Test func `cameras at one place or in the wrong order are refused`() {
    var rig = Self.rig
    rig.rightFromLeft.translation = .zero
    #expect(throws: VisionError.self) { try StereoRectification(rig) }
    rig.rightFromLeft.translation = [0.11, 0, 0]
    #expect(throws: VisionError.self) { try StereoRectification(rig) }
    rig = Self.rig
    rig.right.width = 641
    #expect(throws: VisionError.self) { try StereoRectification(rig) }
  }

  @Test(arguments: [
    Distortion.brownConrady([-0.28, 0.07, 0.001, -0.0003, 0]),
    .brownConrady([0.41, -0.23, 0.0011, -0.0007, 0.012, 0.72, -0.19, 0.031]),
    .fisheye([0.0125, -0.0021, 0.0009, -0.0002]),
  ])
  func `an undistortion map says where the lens puts a pixel`(distortion: Distortion) throws {
    let camera = CameraModel(
      width: 320, height: 240, focalLength: [260, 255], principalPoint: [161, 118], skew: 2,
      distortion: distortion)
    let target = camera.withoutDistortion
    let table = try RemapTable(from: camera, to: target)
    let map = table.map.array(of: Float.self)
    for (row, column) in [(0, 0), (120, 160), (239, 319), (60, 250)] {
      let ray = try #require(target.ray(through: [Double(column), Double(row)]))
      let seen = try #require(camera.project(ray))
      let index = 2 * (row * 320 + column)
      // The map holds 32-bit numbers.
      #expect(abs(Double(map[index]) - seen.x) < 1e-4, "\(row) \(column)")
      #expect(abs(Double(map[index + 1]) - seen.y) < 1e-4, "\(row) \(column)")
    }
    let image = Image(pixels: Tensor(repeating: 77 as UInt8, shape: [240, 320, 1]))
    #expect(try table.apply(to: image).pixels.array(of: UInt8.self)[120 * 320 + 160] == 77)
    let other = Image(pixels: Tensor(repeating: 77 as UInt8, shape: [24, 32, 1]))
    #expect(throws: VisionError.self) { try table.apply(to: other) }
  }
}

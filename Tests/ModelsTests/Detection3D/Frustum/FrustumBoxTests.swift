import Foundation
import Geometry
import Models
import PointClouds
import Tensors
import TestSupport
import Testing

struct FrustumBoxTests {
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `boxes, label rows and overlaps equal the original's`() throws {
    struct Configuration: Decodable {
      let heading_bins: Int
      let mean_sizes: [[Double]]
    }
    let fixture = try ParityFixture("frustum_boxes")
    let configuration: Configuration = try fixture.configuration()
    let coder = FrustumBoxCoder(
      headingBins: configuration.heading_bins,
      templates: configuration.mean_sizes.map { Vector3($0[0], $0[1], $0[2]) })
    #expect(coder == FrustumBoxCoder())
    func rows(_ name: String) throws -> [[Double]] {
      let tensor = try fixture.input(name).converted(to: .float64)
      let values = tensor.array(of: Double.self)
      let width = tensor.count / tensor.shape[0]
      return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
    func vectors(_ row: [Double]) -> [Vector3] {
      stride(from: 0, to: row.count, by: 3).map { Vector3(row[$0], row[$0 + 1], row[$0 + 2]) }
    }
    let (centers, angles) = (try rows("center"), try rows("rotation_angle"))
    let (headings, turns) = (try rows("heading_scores"), try rows("heading_residuals"))
    let (sizes, growths) = (try rows("size_scores"), try rows("size_residuals"))
    let found = centers.indices.map { i in
      coder.box(
        center: vectors(centers[i])[0], headingScores: headings[i], headingResiduals: turns[i],
        sizeScores: sizes[i], sizeResiduals: vectors(growths[i]))
    }
    let corners = found.flatMap(\.corners).flatMap { [$0.x, $0.y, $0.z] }
    #expect(fixture.mismatch(Tensor(corners, shape: [32, 8, 3]), "corners") == nil)
    let labels = found.indices.flatMap { found[$0].unturned(by: angles[$0][0]).labelRow }
    #expect(fixture.mismatch(Tensor(labels, shape: [32, 7]), "label_rows") == nil)

    let (trueCenters, bins) = (try rows("center_label"), try rows("heading_class_label"))
    let (rests, places) = (try rows("heading_residual_label"), try rows("size_class_label"))
    let trueGrowths = try rows("size_residual_label")
    let truth = trueCenters.indices.map { i in
      FrustumBox(
        center: vectors(trueCenters[i])[0],
        size: coder.templates[Int(places[i][0])] + vectors(trueGrowths[i])[0],
        heading: coder.heading(bin: Int(bins[i][0]), residual: rests[i][0]))
    }
    let (first, second) = (
      Tensor(boxes: found.map(\.standing)), Tensor(boxes: truth.map(\.standing))
    )
    #expect(fixture.mismatch(try BoxOverlap.groundIoU.pairs(first, second), "iou_bev") == nil)
    #expect(fixture.mismatch(try BoxOverlap.iou.pairs(first, second), "iou_3d") == nil)
  }

  @Test func `a heading lies within half a bin of its bin's centre and comes back`() {
    let coder = FrustumBoxCoder()
    #expect(coder.encode(heading: 0) == (0, 0))
    #expect(coder.encode(heading: -0.25).bin == 0)
    #expect(abs(coder.encode(heading: -0.25).residual + 0.25) < 1e-12)
    #expect(coder.encode(heading: .pi).bin == 6)
    #expect(coder.encode(heading: 11 * .pi / 6 - 0.1).bin == 11)
    for step in -40...40 {
      let heading = 0.31 * Double(step)
      let (bin, residual) = coder.encode(heading: heading)
      #expect((0..<12).contains(bin) && abs(residual) <= .pi / 12 + 1e-12)
      let back = coder.heading(bin: bin, residual: residual)
      #expect(abs(remainder(back - heading, 2 * .pi)) < 1e-12)
      #expect(back <= .pi)
    }
  }

  @Test func `a box stands the same in a frustum and in the cloud`() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      func random(_ size: Double) -> Double { size * (2 * generator.uniform() - 1) }
      let frame = FrustumFrame(
        origin: Vector3(random(3), random(3), random(3)), azimuth: random(.pi))
      let box = Box3D(
        center: Vector3(random(20), random(20), random(2)), size: Vector3(4, 1.7, 1.5),
        yaw: random(.pi), label: "Car", score: 0.5)
      let local = frame.local(box)
      let back = frame.box(local, label: "Car", score: 0.5)
      #expect((back.center - box.center).length < 1e-12)
      #expect(abs(remainder(back.yaw - box.yaw, 2 * .pi)) < 1e-12)
      #expect(back.size == box.size && back.label == "Car" && back.score == 0.5)
      // The corners of the one, seen from the other, are those of the other.
      for corner in box.corners.map(frame.local) {
        let nearest = local.corners.map { ($0 - corner).length }.min() ?? 1
        #expect(nearest < 1e-9)
      }
    }
  }

  @Test func `a frustum's axis runs through the middle of its box`() throws {
    let camera = CameraModel(
      width: 1242, height: 375, focalLength: Vector2(700, 710), principalPoint: Vector2(600, 170))
    // A camera that looks 30 degrees to the left and 10 degrees down, 1.7 m above ground.
    let level = Quaternion(
      Matrix3(rows: [Vector3(0, -1, 0), Vector3(0, 0, -1), Vector3(1, 0, 0)]))
    let turn = Quaternion(angle: .pi / 6, axis: Vector3(0, 0, 1))
    let tilt = Quaternion(angle: .pi / 18, axis: Vector3(0, 1, 0))
    let cloudFromCamera = Pose(
      rotation: turn * tilt * level.inverse, translation: Vector3(0.3, 0.1, 1.7))
    let box = Box2D(x1: 550, y1: 120, x2: 650, y2: 220)
    let frame = try #require(
      FrustumFrame(behind: box, camera: camera, cameraFromCloud: cloudFromCamera.inverse))
    #expect((frame.origin - Vector3(0.3, 0.1, 1.7)).length < 1e-12)
    #expect(abs(frame.azimuth - .pi / 6) < 1e-12)
    let seen = try #require(camera.unproject(Vector2(600, 170), depth: 10))
    let local = frame.local(cloudFromCamera * seen)
    #expect(abs(local.x) < 1e-9)
    #expect(abs(local.y - 10 * sin(.pi / 18)) < 1e-9)
    #expect(abs(local.z - 10 * cos(.pi / 18)) < 1e-9)
  }
}

import Foundation
import Geometry
import SensorLogs
import TestSupport
import Testing

@Suite struct KITTILabelTests {
  static let line =
    "Car 0.88 3 -0.69 0.00 192.37 402.31 374.00 1.60 1.57 3.23 -2.70 1.74 3.68 -1.29"

  @Test func `the columns are read in their order`() throws {
    let label = try #require(try KITTILabel.parse(Self.line + "\n\n", named: "l").first)
    #expect(label.type == "Car")
    #expect(label.truncated == 0.88)
    #expect(label.occluded == 3)
    #expect((label.height, label.width, label.length) == (1.60, 1.57, 3.23))
    #expect(label.location == Vector3(-2.70, 1.74, 3.68))
    #expect(label.rotationY == -1.29)
    #expect(label.score == nil)
    #expect(label.box.y2 == 374)
    let scored = try KITTILabel.parse(Self.line + " 0.75\r\n", named: "l")
    #expect(scored.first?.score == 0.75)
    #expect(try KITTILabel.parse("", named: "l").isEmpty)
  }

  @Test(arguments: [
    ("Car 0.88 3 -0.69", "Car 0.88 3", "has 14 columns, expected 15"),
    ("1.60 1.57", "tall 1.57", "column 9 (height) is 'tall', not a number"),
    ("-1.29", "nan", "column 15 (rotation_y) is 'nan', not a number"),
    (" 3 -0.69", " 1e99 -0.69", "column 3 (occluded)"),
  ])
  func `errors name line and column`(old: String, new: String, expected: String) {
    let text = Self.line + "\n" + Self.line.replacingOccurrences(of: old, with: new)
    let error = #expect(throws: LogError.self) {
      try KITTILabel.parse(text, named: "label_2/000001.txt", place: "frame 000001")
    }
    #expect(error?.place == "frame 000001, line 2")
    #expect(error?.problem.contains(expected) == true, "\(error?.problem ?? "")")
  }

  /// Reference: numpy on frame 000008's first label: centre `inv(R0 Tr) (x, y - h/2, z)`, heading turned likewise.
  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `a label becomes a box in the LiDAR frame`() throws {
    let calibration = try KITTIObjectFolder(SharedData.path("kitti_object")).calibration("000008")
    let label = try #require(try KITTILabel.parse(Self.line, named: "l").first)
    let box = try #require(label.box3D(calibration))
    #expect((box.center - Vector3(3.96189092, 2.70826917, -0.94519993)).length < 1e-5)
    #expect(abs(box.yaw - -0.28066317) < 1e-6)
    #expect(box.size == Vector3(3.23, 1.57, 1.60))
    #expect(box.label == "Car")
    #expect(box.score == 1)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `boxes go to labels and back without change`() throws {
    let folder = try KITTIObjectFolder(SharedData.path("kitti_object"))
    var tried = 0
    for frame in folder.frames {
      let calibration = try folder.calibration(frame)
      for label in try folder.labels(frame) ?? [] {
        guard let box = label.box3D(calibration) else {
          #expect(label.type == "DontCare")
          continue
        }
        let back = KITTILabel(
          box, calibration: calibration, imageWidth: 1242, imageHeight: 375, hasScore: false)
        #expect((back.location - label.location).length < 1e-9)
        #expect(abs((back.rotationY - label.rotationY).remainder(dividingBy: 2 * .pi)) < 1e-9)
        let again = try #require(back.box3D(calibration))
        #expect((again.center - box.center).length < 1e-9)
        #expect(abs((again.yaw - box.yaw).remainder(dividingBy: 2 * .pi)) < 1e-9)
        tried += 1
      }
    }
    #expect(tried > 30)
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `projected boxes and angles agree with the labelled ones`() throws {
    let folder = try KITTIObjectFolder(SharedData.path("kitti_object"))
    var overlaps: [Double] = []
    for frame in folder.frames {
      let calibration = try folder.calibration(frame)
      for label in try folder.labels(frame) ?? []
      where label.type == "Car" && label.truncated == 0 && label.location.z < 40 {
        guard let box = label.box3D(calibration) else { continue }
        let mine = KITTILabel(box, calibration: calibration, imageWidth: 1242, imageHeight: 375)
        overlaps.append(Self.overlap(mine.box, label.box))
        // The file holds two digits; alpha was computed from unrounded values.
        #expect(abs((mine.alpha - label.alpha).remainder(dividingBy: 2 * .pi)) < 0.05)
      }
    }
    #expect(overlaps.count > 10)
    // People drew the 2D boxes: they agree with the projection to a few pixels.
    #expect(overlaps.sorted()[overlaps.count / 2] > 0.9)
    #expect((overlaps.min() ?? 0) > 0.7)
  }

  private static func overlap(_ a: Box2D, _ b: Box2D) -> Double {
    let width = max(0, min(a.x2, b.x2) - max(a.x1, b.x1))
    let height = max(0, min(a.y2, b.y2) - max(a.y1, b.y1))
    let area = { (box: Box2D) in (box.x2 - box.x1) * (box.y2 - box.y1) }
    return width * height / (area(a) + area(b) - width * height)
  }

  @Test func `a box by hand: projection, truncation and what lies behind the camera`() throws {
    let calibration = try KITTICalibration(
      parsing: """
        P2: 100 0 50 0 0 100 50 0 0 0 1 0
        R0_rect: 1 0 0 0 1 0 0 0 1
        Tr_velo_to_cam: 0 -1 0 0 0 0 -1 0 1 0 0 0
        """, named: "c")
    func label(_ box: Box3D) -> KITTILabel {
      KITTILabel(box, calibration: calibration, imageWidth: 101, imageHeight: 101)
    }
    // A cube of 2 m, its front face 9 m ahead: 100 * 1 / 9 pixels to either side of the centre.
    let ahead = label(Box3D(center: Vector3(10, 0, 0), size: Vector3(2, 2, 2), yaw: 0, score: 0.5))
    #expect(abs(ahead.box.x1 - (50 - 100.0 / 9)) < 1e-9)
    #expect(abs(ahead.box.y2 - (50 + 100.0 / 9)) < 1e-9)
    #expect(ahead.truncated == 0)
    #expect(abs(ahead.rotationY + .pi / 2) < 1e-12)
    #expect(ahead.score == 0.5)
    let behind = label(Box3D(center: Vector3(-10, 0, 0), size: Vector3(2, 2, 2), yaw: 0))
    #expect(behind.box.x1 == -1)
    #expect(behind.box.x2 == -1)
    #expect(behind.truncated == 1)
    // A long box that reaches from behind the camera to 5 m ahead fills the image's edge.
    let beside = label(Box3D(center: Vector3(0, -2, 0), size: Vector3(10, 2, 2), yaw: 0))
    #expect(beside.box.x2 == 100)
    #expect(abs(beside.box.x1 - (50 + 100.0 / 5)) < 1e-9)
    #expect(beside.truncated > 0.5)
  }

  @Test func `text reads back to the same label`() throws {
    let label = try #require(try KITTILabel.parse(Self.line + " 0.123456", named: "l").first)
    let again = try #require(try KITTILabel.parse(KITTILabel.text(of: [label]), named: "l").first)
    #expect(label == again)
    #expect(label.line.split(separator: " ").count == 16)
    #expect(KITTILabel.text(of: []) == "")
  }
}

import Foundation
import Geometry
import PointClouds
import Tensors
import TestSupport
import Testing
import Vision

@testable import Reports

/// Pixels of a picture.
extension Image {
  func pixel(_ x: Int, _ y: Int) -> [UInt8] {
    let values = pixels.array(of: UInt8.self)
    return (0..<3).map { values[(y * width + x) * 3 + $0] }
  }

  /// The rectangle around all pixels that differ from a colour: left, top, right, bottom.
  func extent(except background: [UInt8]) -> [Int]? {
    let values = pixels.array(of: UInt8.self)
    var extent: [Int]?
    for y in 0..<height {
      for x in 0..<width
      where Array(values[(y * width + x) * 3..<(y * width + x) * 3 + 3]) != background {
        let e = extent ?? [x, y, x, y]
        extent = [min(e[0], x), min(e[1], y), max(e[2], x), max(e[3], y)]
      }
    }
    return extent
  }
}

struct OverlayTests {
  private static let camera = CameraModel(
    width: 200, height: 100, focalLength: Vector2(100, 100), principalPoint: Vector2(100, 50))
  private static let black = Image(pixels: Tensor(repeating: UInt8(0), shape: [100, 200, 3]))
  /// A vehicle's frame seen by a camera at its origin.
  private static let cameraFromVehicle = Pose(
    rotation: Quaternion(
      Matrix3(rows: [Vector3(0, -1, 0), Vector3(0, 0, -1), Vector3(1, 0, 0)])),
    translation: .zero)

  @Test func `a box ahead is drawn where its corners project`() throws {
    // Nearest face 4 m ahead, 2 m wide and high: 100 * 1 / 4 = 25 pixels to each side of (100, 50).
    let box = Box3D(center: Vector3(5, 0, 0), size: Vector3(2, 2, 2), yaw: 0)
    let image = try BoxOverlay(thickness: 1, showsLabels: false).draw(
      [box], on: Self.black, camera: Self.camera, cameraFromBoxes: Self.cameraFromVehicle)
    let extent = try #require(image.extent(except: [0, 0, 0]))
    for (found, expected) in zip(extent, [75, 25, 125, 75]) { #expect(abs(found - expected) <= 1) }
    #expect(image.pixel(100, 50) != [0, 0, 0], "the cross on the front face meets in the middle")
  }

  @Test func `a box behind the camera leaves the picture as it is`() throws {
    let box = Box3D(center: Vector3(-5, 0, 0), size: Vector3(2, 2, 2), yaw: 0, label: "Car")
    let image = try BoxOverlay().draw(
      [box], on: Self.black, camera: Self.camera, cameraFromBoxes: Self.cameraFromVehicle)
    #expect(image.extent(except: [0, 0, 0]) == nil)
  }

  @Test func `a box around the camera draws only what lies ahead`() throws {
    // The floor edge on the left runs from behind to 10 m ahead: nothing of it may cross to the right half.
    let box = Box3D(center: Vector3(0, 3, -1), size: Vector3(20, 2, 0.5), yaw: 0)
    let image = try BoxOverlay(thickness: 1, showsLabels: false).draw(
      [box], on: Self.black, camera: Self.camera, cameraFromBoxes: Self.cameraFromVehicle)
    let extent = try #require(image.extent(except: [0, 0, 0]))
    #expect(extent[0] == 0 && extent[2] < 100 && extent[1] >= 50)
  }

  @Test func `the camera is scaled to a picture of another size`() throws {
    let half = Image(pixels: Tensor(repeating: UInt8(0), shape: [50, 100, 1]))
    let box = Box3D(center: Vector3(5, 0, 0), size: Vector3(2, 2, 2), yaw: 0)
    let image = try BoxOverlay(thickness: 1, showsLabels: false).draw(
      [box], on: half, camera: Self.camera, cameraFromBoxes: Self.cameraFromVehicle)
    let extent = try #require(image.extent(except: [0, 0, 0]))
    // An anti-aliased line spreads over the next pixel.
    for (found, expected) in zip(extent, [37.25, 12.25, 62.25, 37.25]) {
      #expect(abs(Double(found) - expected) <= 2)
    }
  }

  @Test func `low scores are left out and missing ones drawn`() throws {
    let boxes = [0.2, .nan].map { score in
      Box2D(x1: 10, y1: 10, x2: 30, y2: 30, score: score)
    }
    let overlay = BoxOverlay(showsLabels: false, leastScore: 0.5)
    #expect(try overlay.draw([boxes[0]], on: Self.black).extent(except: [0, 0, 0]) == nil)
    #expect(try overlay.draw([boxes[1]], on: Self.black).extent(except: [0, 0, 0]) != nil)
  }

  @Test func `near points cover far ones and colours follow depth`() throws {
    let cloud = PointCloud(
      positions: Tensor(
        [4, 0, 0, 40, 0, 0, 40, 20, 0, -3, 0, 0, Float.nan, 0, 0], shape: [5, 3]))
    let image = try CloudOverlay(radius: 0, range: 4...40).draw(
      cloud, on: Self.black, camera: Self.camera, cameraFromCloud: Self.cameraFromVehicle)
    let table = try ColorMap.turbo.table().array(of: UInt8.self)
    #expect(image.pixel(100, 50) == Array(table[0..<3]))
    #expect(image.pixel(50, 50) == Array(table[765..<768]))
  }

  @Test func `an empty cloud leaves the picture as it is`() throws {
    let empty = PointCloud(positions: Tensor([Float](), shape: [0, 3]))
    let image = try CloudOverlay().draw(
      empty, on: Self.black, camera: Self.camera, cameraFromCloud: .identity)
    #expect(image.extent(except: [0, 0, 0]) == nil)
    let view = try BirdsEyeView().draw(empty)
    #expect(view.width == 600 && view.height == 800)
  }

  @Test func `from above forward is up and left is left`() throws {
    let view = BirdsEyeView(forward: 0...20, left: -10...10, pixelsPerMetre: 10)
    #expect(view.pixel(forward: 20, left: 10) == Vector2(-0.5, -0.5))
    #expect(view.pixel(forward: 5, left: -4) == Vector2(139.5, 149.5))
    let camera = BirdsEyeView(axes: .camera)
    #expect(camera.ground(Vector3(1, 2, 7)) == Vector3(7, -1, -2))
  }

  @Test func `a box from above is drawn at its place and size`() throws {
    let view = BirdsEyeView(
      forward: 0...20, left: -10...10, pixelsPerMetre: 10, gridSpacing: 1000)
    let empty = PointCloud(positions: Tensor([Float](), shape: [0, 3]))
    // Turned by a right angle: 4 m across, 2 m along.
    let box = Box3D(center: Vector3(10, 2, 0), size: Vector3(4, 2, 1), yaw: .pi / 2)
    let plain = try view.draw(empty).pixels.array(of: UInt8.self)
    let drawn = try view.draw(empty, boxes: [box]).pixels.array(of: UInt8.self)
    var (rows, columns): (Set<Int>, Set<Int>) = ([], [])
    for k in 0..<plain.count where plain[k] != drawn[k] {
      rows.insert(k / 600)
      columns.insert(k / 3 % 200)
    }
    #expect(rows.min().map { abs($0 - 89) <= 2 } == true)
    #expect(rows.max().map { abs($0 - 110) <= 2 } == true)
    // To the left the heading mark reaches 0.8 m beyond the front edge.
    #expect(columns.min().map { abs($0 - 51) <= 2 } == true)
    #expect(columns.max().map { abs($0 - 100) <= 2 } == true)
  }

  @Test func `colours of labels are the same in every run`() {
    #expect(LabelPalette.color(of: "Car") == LabelPalette.color(of: "car"))
    #expect(LabelPalette.color(of: "Car") == PixelColor(242, 163, 58))
    #expect(LabelPalette.color(of: "traffic cone") == LabelPalette.color(of: "traffic cone"))
  }
}

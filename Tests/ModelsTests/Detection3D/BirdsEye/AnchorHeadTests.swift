import Foundation
import Geometry
import Networks
import PointClouds
import Tensors
import Testing

@testable import Models

struct AnchorHeadTests {
  private let grid = BirdsEyeGrid(low: (0, -2), cell: (0.5, 0.5), rows: 9, columns: 11)

  @Test(arguments: [("second_kitti", 5_325_576), ("pointpillars_kitti", 4_834_888)])
  func `the published detectors have their numbers of parameters`(name: String, count: Int) throws {
    let model = try #require(ModelCatalogue.entry(named: name)).build()
    #expect(model.network.parameterCount == count)
    let shapes = Dictionary(
      uniqueKeysWithValues: model.network.namedParameters.map { ($0.name, $0.parameter.shape) })
    let width = name == "second_kitti" ? 512 : 384
    #expect(shapes["dense_head.conv_cls.weight"] == [18, width, 1, 1])
    #expect(shapes["dense_head.conv_box.bias"] == [42])
    #expect(shapes["dense_head.conv_dir_cls.weight"] == [12, width, 1, 1])
  }

  @Test func `anchors reach from one end of the range to the other`() {
    let anchors = AnchorGrid(grid)
    #expect(anchors.count == 6)
    let first = anchors.anchor(row: 0, column: 0, number: 1)
    #expect(first.center == Vector3(0, -2, -1.78 + 0.78) && first.yaw == 1.57)
    let last = anchors.anchor(row: 8, column: 10, number: 4)
    #expect(abs(last.center.x - 5.5) < 1e-12 && abs(last.center.y - 2.5) < 1e-12)
    #expect(last.label == "Cyclist" && last.size == Vector3(1.76, 0.6, 1.73))
  }

  @Test func `a box described from an anchor comes back`() {
    let anchor = AnchorGrid(grid).anchor(row: 3, column: 4, number: 0)
    for yaw in stride(from: -3.0, through: 3, by: 0.5) {
      let box = Box3D(center: Vector3(2.3, 0.1, -0.7), size: Vector3(4.4, 1.8, 1.4), yaw: yaw)
      let numbers = AnchorCode.numbers(of: box, from: anchor)
      let found = AnchorCode.box(anchor) { numbers[$0] }
      #expect(abs(found.center.x - 2.3) + abs(found.center.z + 0.7) < 1e-12)
      #expect(abs(found.size.x - 4.4) + abs(found.size.z - 1.4) < 1e-12)
      #expect(abs(found.yaw - yaw) < 1e-12)
      // The half of the circle from pi/4 on, or the other one.
      let half = (yaw - 0.78539) / .pi
      let isTurned = Int(half.rounded(.down)) % 2 != 0
      let turned = AnchorCode.box(anchor, isTurned: isTurned) { numbers[$0] }
      #expect(abs(cos(turned.yaw - yaw) - 1) < 1e-12)
      let wrong = AnchorCode.box(anchor, isTurned: !isTurned) { numbers[$0] }
      #expect(abs(cos(wrong.yaw - yaw) + 1) < 1e-12)
    }
    let hand = AnchorCode.numbers(
      of: Box3D(center: anchor.center + Vector3(1, 0, 0.78), size: anchor.size * 2, yaw: 0.25),
      from: anchor)
    let across = (3.9 * 3.9 + 1.6 * 1.6).squareRoot()
    #expect(abs(hand[0] - 1 / across) < 1e-12 && abs(hand[2] - 0.5) < 1e-12)
    #expect(abs(hand[4] - log(2)) < 1e-12 && hand[6] == 0.25)
  }

  @Test func `maps become boxes`() throws {
    let (anchors, size) = (AnchorGrid(grid), grid.count)
    let truth = Box3D(
      center: Vector3(2.3, 0.1, -0.7), size: Vector3(4.4, 1.8, 1.4), yaw: 2.6, label: "Car")
    let cell = 4 * 11 + 5
    var classes = [Float](repeating: -9, count: 18 * size)
    var boxes = [Float](repeating: 0, count: 42 * size)
    var turns = [Float](repeating: 0, count: 12 * size)
    for (anchor, score) in [(0, Float(1)), (1, 3)] {
      classes[(anchor * 3 + 0) * size + cell] = score
      let numbers = AnchorCode.numbers(
        of: truth, from: anchors.anchor(row: 4, column: 5, number: anchor))
      for k in 0..<7 { boxes[(7 * anchor + k) * size + cell] = Float(numbers[k]) }
      turns[2 * anchor * size + cell] = 1
    }
    let found = try AnchorMaps(
      classes: Tensor(classes, shape: [1, 18, 9, 11]), boxes: Tensor(boxes, shape: [1, 42, 9, 11]),
      directions: Tensor(turns, shape: [1, 12, 9, 11])
    ).decoded(anchors)[0]
    // The second anchor is surer, and drops the first one's box.
    #expect(found.count == 1)
    #expect(abs(found[0].score - 1 / (1 + exp(-3))) < 1e-6 && found[0].label == "Car")
    #expect(abs(found[0].center.x - 2.3) < 1e-5 && abs(found[0].size.y - 1.8) < 1e-5)
    #expect(abs(found[0].yaw - 2.6) < 1e-5)
  }
}

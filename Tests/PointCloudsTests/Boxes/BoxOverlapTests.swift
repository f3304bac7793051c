import Foundation
import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct BoxOverlapTests {
  private func value(_ measure: BoxOverlap, _ a: [Double], _ b: [Double]) throws -> Double {
    try measure.pairs(Tensor(a, shape: [1, 7]), Tensor(b, shape: [1, 7])).item(of: Double.self)
  }

  @Test func `every measure equals the one found by slicing`() throws {
    let (first, second) = (
      ReferenceOverlap.boxes(40, seed: 1), ReferenceOverlap.boxes(50, seed: 2)
    )
    let expected = first.flatMap { a in second.map { ReferenceOverlap.measures(a, $0) } }
    for (place, measure) in BoxOverlap.allCases.enumerated() {
      let found = try measure.matrix(Tensor(boxes: first), Tensor(boxes: second))
        .array(of: Double.self)
      let largest = zip(found, expected).map { abs($0 - $1[place]) }.max()
      #expect((largest ?? 1) < 1e-12, "\(measure)")
    }
  }

  @Test func `rows are compared as in the matrix, on any number of threads, in float32 too`() throws
  {
    let (first, second) = (
      Tensor(boxes: ReferenceOverlap.boxes(300, seed: 3)),
      Tensor(boxes: ReferenceOverlap.boxes(300, seed: 4))
    )
    for measure in BoxOverlap.allCases {
      let matrix = try measure.matrix(first, second, threads: 1)
      let other = try measure.matrix(first, second, threads: 3)
      #expect(matrix.array(of: Double.self) == other.array(of: Double.self))
      let pairs = try measure.pairs(first, second).array(of: Double.self)
      #expect(pairs == matrix.diagonal().array(of: Double.self))
      let single = try measure.pairs(first.converted(to: .float32), second.converted(to: .float32))
      let largest = zip(single.array(of: Float.self), pairs).map { abs(Double($0) - $1) }.max()
      #expect((largest ?? 1) < 1e-5)
    }
  }

  @Test func `special positions are exact`() throws {
    let box = [1.0, 2, 3, 4, 2, 1, 0.3]
    func changed(_ changes: [Int: Double]) -> [Double] {
      box.enumerated().map { $1 + (changes[$0] ?? 0) }
    }
    let turned = changed([6: .pi])
    #expect(try value(.iou, box, box) == 1)
    #expect(abs(try value(.iou, box, turned) - 1) < 1e-15)
    let square = [0.0, 0, 0, 2, 2, 1, 0]
    #expect(abs(try value(.groundIoU, square, [0, 0, 0, 2, 2, 1, .pi / 2]) - 1) < 1e-15)
    let eighth = try value(.intersectionArea, square, [0, 0, 0, 2, 2, 1, .pi / 4])
    #expect(abs(eighth - 8 * (2.0.squareRoot() - 1)) < 1e-14)
    // Contained, side by side, corner to corner, one above the other, apart.
    #expect(try value(.iou, square, [0.25, 0.25, 0, 1, 1, 0.5, 0]) == 0.125)
    #expect(try value(.intersectionArea, square, [2, 0, 0, 2, 2, 1, 0]) == 0)
    #expect(try value(.intersectionArea, square, [2, 2, 0, 2, 2, 1, 0]) == 0)
    #expect(try value(.iou, square, [0, 0, 1, 2, 2, 1, 0]) == 0)
    #expect(try value(.groundIoU, square, [0, 0, 1, 2, 2, 1, 0]) == 1)
    #expect(try value(.generalizedIoU, square, [4, 0, 0, 2, 2, 1, 0]) == 8.0 / 12 - 1)
    #expect(try value(.generalizedGroundIoU, square, square) == 1)
  }

  @Test func `boxes without size and numbers that are none share nothing`() throws {
    let box = [0.0, 0, 0, 4, 2, 1, 0.3]
    for flat in [[0.0, 0, 0, 0, 2, 1, 0.3], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, -4, 2, 1, 0.3]] {
      #expect(try value(.groundIoU, box, flat) == 0)
      #expect(try value(.groundIoU, flat, flat) == 0)
      #expect(try value(.generalizedIoU, flat, flat) == 0)
    }
    #expect(try value(.iou, box, [0, 0, 0, 4, 2, 0, 0.3]) == 0)
    for bad in [Double.nan, .infinity] {
      for place in 0..<7 {
        var broken = box
        broken[place] = bad
        for measure in BoxOverlap.allCases {
          #expect(try value(measure, box, broken) == 0 && value(measure, broken, broken) == 0)
        }
      }
    }
  }

  @Test func `far from the origin nothing changes`() throws {
    let (first, second) = (
      ReferenceOverlap.boxes(20, seed: 5), ReferenceOverlap.boxes(20, seed: 6)
    )
    // A power of two far away keeps 2^-21 of a metre in double precision: round to that first.
    func placed(_ boxes: [Box3D], _ offset: Vector3) -> Tensor {
      Tensor(
        boxes: boxes.map { box in
          var box = box
          box.center = (box.center * 0x1p16).rounded(.toNearestOrEven) / 0x1p16 + offset
          return box
        })
    }
    for measure in BoxOverlap.allCases {
      let near = try measure.matrix(placed(first, .zero), placed(second, .zero))
      let far = Vector3(0x1p30, -0x1p30, 0x1p30)
      let away = try measure.matrix(placed(first, far), placed(second, far))
      let largest = (near - away).abs().max().item(of: Double.self)
      #expect(largest < (measure == .iou || measure == .generalizedIoU ? 1e-6 : 1e-14))
    }
    #expect(try value(.iou, [1e300, 0, 0, 1, 1, 1, 0], [-1e300, 0, 0, 1, 1, 1, 0]) == 0)
    #expect(try value(.groundIoU, [0, 0, 0, 1e200, 1e200, 1, 0], [0, 0, 0, 1, 1, 1, 0]) == 0)
  }

  @Test(arguments: BoxOverlap.allCases)
  func `gradients equal finite differences`(measure: BoxOverlap) throws {
    let (first, second) = (
      Tensor(boxes: ReferenceOverlap.boxes(5, seed: 7, extent: 3)),
      Tensor(boxes: ReferenceOverlap.boxes(6, seed: 8, extent: 3))
    )
    #expect(try measure.matrix(first, second).max().item(of: Double.self) > 0)
    let errors = gradientErrors(
      of: { inputs in (try? measure.matrix(inputs[0], inputs[1])) ?? inputs[0] },
      at: [first, second])
    #expect(errors.isEmpty, "\(errors.prefix(3))")
    let pairs = gradientErrors(
      of: { inputs in (try? measure.pairs(inputs[0], inputs[1])) ?? inputs[0] },
      at: [first, second.narrowed(axis: 0, to: 0..<5).copied()])
    #expect(pairs.isEmpty, "\(pairs.prefix(3))")
  }

  @Test func `gradients stay finite at kinks and the same on any number of threads`() throws {
    let rows = Tensor(boxes: ReferenceOverlap.boxes(70, seed: 9))
    for measure in BoxOverlap.allCases {
      func gradient(_ threads: Int) throws -> [Double] {
        let leaf = rows.requiringGradient()
        let sum = try measure.matrix(leaf, rows, threads: threads).sum()
        return gradients(of: sum, withRespectTo: [leaf])[0].array(of: Double.self)
      }
      let one = try gradient(1)
      #expect(one.allSatisfy { $0.isFinite })
      #expect(try gradient(3) == one)
    }
  }

  @Test func `descending the generalised IoU brings a box onto another`() throws {
    let target = Tensor([Float(1), 1, 0, 4, 2, 1.5, 0.4], shape: [1, 7])
    var box = Tensor([Float(-3), 2, 1, 3, 1.5, 1, 0], shape: [1, 7])
    for step in 0..<1000 {
      let leaf = box.requiringGradient()
      let loss = 1 - (try BoxOverlap.generalizedIoU.pairs(leaf, target)).sum()
      let rate = 0.4 / (1 + Double(step) / 200)
      box = leaf.detached() - gradients(of: loss, withRespectTo: [leaf])[0] * rate
    }
    let found = try BoxOverlap.iou.pairs(box, target).item(of: Float.self)
    // Steps of fixed lengths swing about the best box, where edges coincide and the slope jumps.
    #expect(found > 0.8, "\(box.array(of: Float.self))")
  }

  @Test func `boxes of another form are refused`() {
    let good = Tensor([Float](repeating: 1, count: 14), shape: [2, 7])
    #expect(throws: PointCloudError.self) {
      try BoxOverlap.iou.pairs(good, good.narrowed(axis: 0, to: 0..<1))
    }
    #expect(throws: PointCloudError.self) {
      try BoxOverlap.iou.matrix(good, good.converted(to: .float64))
    }
    #expect(throws: PointCloudError.self) {
      try BoxOverlap.iou.matrix(good.converted(to: .int32), good.converted(to: .int32))
    }
    #expect(throws: PointCloudError.self) { try BoxOverlap.iou.matrix(good.reshaped(1, 14), good) }
    let none = Tensor([Float](), shape: [0, 7])
    #expect((try? BoxOverlap.iou.matrix(none, good))?.shape == [0, 2])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the parity fixture's areas and ratios are reproduced`() throws {
    let fixture = try ParityFixture("op_rotated_iou")
    let (a, b) = (try fixture.input("boxes_a"), try fixture.input("boxes_b"))
    let (specialA, specialB) = (try fixture.input("special_a"), try fixture.input("special_b"))
    let cases: [(BoxOverlap, String)] = [
      (.intersectionArea, "intersection_area"), (.groundIoU, "iou_bev"), (.iou, "iou_3d"),
    ]
    for (measure, name) in cases {
      #expect(fixture.mismatch(try measure.matrix(a, b), name) == nil)
      #expect(fixture.mismatch(try measure.pairs(specialA, specialB), "special_" + name) == nil)
    }
  }
}

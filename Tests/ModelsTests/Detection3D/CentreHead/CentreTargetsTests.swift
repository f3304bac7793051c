import Foundation
import Geometry
import Models
import Tensors
import Testing

struct CentreTargetsTests {
  private let grid = BirdsEyeGrid(low: (0, -4), cell: (0.5, 0.5), rows: 16, columns: 20)

  private func box(
    _ x: Double, _ y: Double, yaw: Double = 0, size: Vector3 = Vector3(4, 2, 1.5)
  ) -> Box3D {
    Box3D(center: Vector3(x, y, -1), size: size, yaw: yaw, label: "Car")
  }

  @Test func `the exact radius keeps the overlap, case by case`() {
    let (length, width) = (10.0, 4.0)
    for overlap in [0.1, 0.3, 0.5, 0.7, 0.9] {
      let r = PeakRadius.exact(length: length, width: width, overlap: overlap)
      #expect(r > 0)
      let area = length * width
      let shifted = (length - r) * (width - r)
      let cases = [
        shifted / (2 * area - shifted), (length - 2 * r) * (width - 2 * r) / area,
        area / ((length + 2 * r) * (width + 2 * r)),
      ]
      // The least favourable case is met exactly, the others are better.
      #expect(abs((cases.min() ?? 0) - overlap) < 1e-12)
    }
  }

  @Test func `the published radius is OpenPCDet's number`() {
    // gaussian_radius(10, 4, 0.1) of OpenPCDet in double precision.
    let r = PeakRadius.published(length: 10, width: 4, overlap: 0.1)
    #expect(abs(r - 2.64475) < 1e-4)
    #expect(abs(PeakRadius.exact(length: 10, width: 4, overlap: 0.1) - 1.69722) < 1e-4)
  }

  @Test func `a peak is 1 at the centre's cell and falls off as a normal distribution`() {
    var settings = CentreHeadSettings()
    (settings.spread, settings.minimumRadius) = (0, 2)
    let code = CentreCode(grid, isDoubled: false)
    let targets = CentreTargets(
      [.init(box: box(3.6, 0.2, size: Vector3(0.5, 0.5, 1)), label: 1)], classes: 2, code: code,
      settings)
    let heat = targets.heat.array(of: Float.self)
    func at(_ label: Int, _ row: Int, _ column: Int) -> Float {
      heat[(label * 16 + row) * 20 + column]
    }
    // 3.6 m is column 7.2, 0.2 m is row 8.4.
    #expect(at(1, 8, 7) == 1)
    let deviation = 5.0 / 6
    #expect(abs(at(1, 8, 9) - Float(exp(-4 / (2 * deviation * deviation)))) < 1e-6)
    #expect(at(1, 9, 6) == Float(exp(-2 / (2 * deviation * deviation))))
    #expect(at(1, 8, 10) == 0)
    #expect(heat[0..<320].allSatisfy { $0 == 0 })
    #expect(targets.cells.array(of: Int64.self) == [8 * 20 + 7])
    #expect(targets.corners.array(of: Float.self) == [3.5, 0])
    let numbers = targets.codes.array(of: Float.self)
    #expect(zip(numbers.prefix(3), [0.2, 0.4, -1] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(numbers[5] == 0)
  }

  @Test func `several cells learn a box, and the nearest centre wins`() {
    var settings = CentreHeadSettings()
    settings.spread = 1
    let code = CentreCode(grid, isDoubled: true)
    let targets = CentreTargets(
      [.init(box: box(3.25, 0.25), label: 0), .init(box: box(4.25, 0.25, yaw: 1), label: 0)],
      classes: 1, code: code, settings)
    let cells = targets.cells.array(of: Int64.self)
    // Columns 5 to 7 and 7 to 9 of three rows; column 7 is as near to both, the first object has it.
    #expect(cells.count == 15)
    #expect(cells == cells.sorted())
    let yaws = targets.boxes.array(of: Float.self)
    for (place, cell) in cells.enumerated() {
      #expect(yaws[7 * place + 6] == (cell % 20 <= 7 ? 0 : 1))
    }
  }

  @Test func `what is not learned is not learned against`() {
    let code = CentreCode(grid, isDoubled: false)
    let targets = CentreTargets(
      [.init(box: box(3.6, 0.2), label: 0, isLearned: false)], classes: 1, code: code,
      CentreHeadSettings())
    #expect(targets.cells.count == 0)
    #expect(targets.heat.max().item(of: Float.self) == 0.999)
  }

  @Test func `boxes beside the map, without a size or without a place are left out`() {
    let code = CentreCode(grid, isDoubled: false)
    let odd = [
      box(-0.1, 0), box(10, 0), box(3, 4), box(3, 0, size: Vector3(4, 0, 1)), box(.nan, 0),
      box(3, 0, yaw: .infinity),
    ]
    let huge = [box(3, 0, size: Vector3(1e300, 1e300, 1))]
    #expect(
      CentreTargets(
        huge.map { .init(box: $0, label: 0) }, classes: 1, code: code, CentreHeadSettings()
      ).cells.count == 9)
    let targets = CentreTargets(
      odd.map { .init(box: $0, label: 0) }, classes: 1, code: code, CentreHeadSettings())
    #expect(targets.cells.count == 0)
    #expect(targets.codes.shape == [0, 8])
    #expect(targets.heat.max().item(of: Float.self) == 0)
  }

  @Test(arguments: [false, true])
  func `a cell's numbers give the box back`(isDoubled: Bool) {
    let code = CentreCode(grid, isDoubled: isDoubled)
    for yaw in stride(from: -3.1, through: 3.1, by: 0.31) {
      let box = box(5.3, -2.7, yaw: yaw)
      let numbers = code.numbers(of: box, row: 3, column: 11)
      let found = code.box(row: 3, column: 11) { numbers[$0] }
      #expect(abs(found.center.x - box.center.x) + abs(found.center.y - box.center.y) < 1e-12)
      #expect(found.center.z == box.center.z)
      #expect((found.size - box.size).max() < 1e-12 && (box.size - found.size).max() < 1e-12)
      #expect(abs(found.yaw - yaw) < 1e-12)
    }
  }

  @Test func `with the doubled angle a wrong heading leaves the axis as it is`() {
    let code = CentreCode(grid, isDoubled: true)
    var numbers = code.numbers(of: box(5.3, -2.7, yaw: 0.3), row: 3, column: 11)
    // Front and back are as likely: the heading is next to nothing, and points a little elsewhere.
    (numbers[6], numbers[7]) = (0.01, -0.02)
    let found = code.box(row: 3, column: 11) { numbers[$0] }
    #expect(abs(found.yaw - 0.3) < 1e-12)
    (numbers[6], numbers[7]) = (-0.9, -0.3)
    let turned = code.box(row: 3, column: 11) { numbers[$0] }
    #expect(abs(abs(turned.yaw - 0.3) - .pi) < 1e-12)
  }
}

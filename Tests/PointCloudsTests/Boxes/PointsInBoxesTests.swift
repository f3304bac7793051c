import Foundation
import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct PointsInBoxesTests {
  private func points(_ count: Int, offset: Vector3 = .zero) -> [Vector3] {
    var generator = SeededGenerator(seed: 21)
    return (0..<count).map { _ in
      Vector3(
        8 * generator.uniform() - 1, 8 * generator.uniform() - 1,
        3 * generator.uniform() - 1.5) + offset
    }
  }

  private func tensor(_ points: [Vector3]) -> Tensor {
    Tensor(points.flatMap { [$0.x, $0.y, $0.z] }, shape: [points.count, 3])
  }

  @Test(arguments: [0, 1, 63, 64, 1000])
  func `points are found as one box says of one point`(count: Int) throws {
    let boxes = ReferenceOverlap.boxes(12, seed: 22)
    let points = points(count)
    for threads in [1, 3] {
      let search = PointsInBoxes(boxes, threads: threads)
      let lists = boxes.map { box in
        points.indices.filter { box.contains(points[$0]) }.map { Int32($0) }
      }
      #expect(try search.indices(tensor(points)) == lists)
      let first = points.map { point in Int32(boxes.firstIndex { $0.contains(point) } ?? -1) }
      #expect(try search.firstBox(tensor(points)).array(of: Int32.self) == first)
      let mask = try search.mask(tensor(points)).array(of: Bool.self)
      #expect(mask == boxes.flatMap { box in points.map { box.contains($0) } })
    }
  }

  @Test func `far from the origin in double precision nothing changes`() throws {
    let offset = Vector3(0x1p19, 0x1p22, 0x1p10)
    let points = points(500).map { ($0 * 0x1p20).rounded(.toNearestOrEven) / 0x1p20 }
    let boxes = ReferenceOverlap.boxes(12, seed: 23).map { box in
      var box = box
      box.center = (box.center * 0x1p20).rounded(.toNearestOrEven) / 0x1p20
      return box
    }
    let far = boxes.map { box in
      var box = box
      box.center += offset
      return box
    }
    let near = try PointsInBoxes(boxes).indices(tensor(points))
    #expect(try PointsInBoxes(far).indices(tensor(points.map { $0 + offset })) == near)
    #expect(near.contains { !$0.isEmpty })
  }

  @Test func `surfaces belong to boxes, points that are no numbers to none`() throws {
    let box = Box3D(center: Vector3(1, 1, 1), size: Vector3(2, 2, 2), yaw: 0)
    let rows: [Float] = [
      2, 1, 1, 9, 2, 2, 2, 9, 2.0000002, 1, 1, 9, .nan, 1, 1, 9, 1, 1, .infinity, 9, 0, 0, 0, 9,
    ]
    let found = try PointsInBoxes([box]).indices(Tensor(rows, shape: [6, 4]))
    #expect(found == [[0, 1, 5]])
    let odd = [
      Box3D(center: Vector3(1, .nan, 1), size: Vector3(2, 2, 2), yaw: 0),
      Box3D(center: Vector3(1, 1, 1), size: Vector3(.infinity, 2, 2), yaw: 0),
      Box3D(center: Vector3(1, 1, 1), size: .zero, yaw: 0.2),
    ]
    let at = try PointsInBoxes(odd).indices(Tensor([Float(1), 1, 1], shape: [1, 3]))
    #expect(at == [[], [], [0]])
    #expect(throws: PointCloudError.self) { try PointsInBoxes([box]).mask(Tensor([Float(1)])) }
    #expect(throws: PointCloudError.self) { try PointsInBoxes(Tensor([Float(1)])) }
  }
}

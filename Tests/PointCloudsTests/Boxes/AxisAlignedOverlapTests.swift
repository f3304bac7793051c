import Geometry
import PointClouds
import TestSupport
import Tensors
import Testing

@Suite struct AxisAlignedOverlapTests {
  @Test func `boxes along the axes measure as upright boxes without a turn`() throws {
    let boxes = ReferenceOverlap.boxes(30, seed: 13, extent: 4)
    let upright = Tensor(boxes: boxes.map { Box3D(center: $0.center, size: $0.size, yaw: 0) })
    let cuboids = Tensor(
      boxes.flatMap { box in
        let (low, high) = (box.center - box.size / 2, box.center + box.size / 2)
        return [low.x, low.y, low.z, high.x, high.y, high.z]
      }, shape: [30, 6])
    let found = AxisAlignedOverlap.iou.matrix(cuboids, cuboids)
    let expected = try BoxOverlap.iou.matrix(upright, upright)
    #expect((found - expected).abs().max().item(of: Double.self) < 1e-14)
    let pairs = AxisAlignedOverlap.iou.pairs(cuboids, cuboids.flipped(0))
    #expect(
      pairs.array(of: Double.self) == found.flipped(1).diagonal().array(of: Double.self))
  }

  @Test func `hand values of rectangles`() {
    let a = Tensor([Float(0), 0, 2, 2], shape: [1, 4])
    let b = Tensor([Float(1), 0, 3, 2, 2, 0, 4, 2, 3, 3, 1, 1, 0, 0, 0, 0], shape: [4, 4])
    #expect(AxisAlignedOverlap.iou.matrix(a, b).array(of: Float.self) == [1.0 / 3, 0, 0, 0])
    let generalized = AxisAlignedOverlap.generalizedIoU.matrix(a, b).array(of: Float.self)
    #expect(generalized[0] == 1.0 / 3 && generalized[1] == 0 && generalized[3] == 0)
    let point = Tensor([Float(1), 1, 1, 1], shape: [1, 4])
    #expect(AxisAlignedOverlap.generalizedIoU.pairs(point, point).array(of: Float.self) == [0])
  }

  @Test(arguments: AxisAlignedOverlap.allCases)
  func `gradients equal finite differences`(measure: AxisAlignedOverlap) {
    let a = Tensor([0, 0, 0, 2, 2.5, 3, 0.3, 0.1, 0.2, 1.25, 1.5, 2.2], shape: [2, 6])
    let b = Tensor([1, 0.5, 1.5, 3, 2, 4, 5, 6, 7, 8, 9, 10.5], shape: [2, 6])
    #expect(gradientErrors(of: { measure.matrix($0[0], $0[1]) }, at: [a, b]).isEmpty)
  }
}

import Foundation
import Geometry
import PointClouds
import Tensors

/// Upright boxes: overlap, suppression, points inside.
///
/// Box i of a set stands at one of `places` places: with u(k) the fraction of (i + 1) times the square root of the k-th prime and
/// v(k) that of (i modulo places + 1) times it, the centre is 70 v(0) + 2 u(1), 80 v(1) - 40 + 2 u(2), -1; the size
/// 3.9 + u(3), 1.6 + 0.3 u(4), 1.5; the yaw 2 pi u(5); the score u(6).
enum BoxBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    let (first, second) = (boxes(1000, places: 100), boxes(1000, places: 90))
    let candidates = boxes(4096, places: 60)
    let scores = Tensor((0..<4096).map { fraction($0 + 1, 6) })
    var operations = [
      overlap("iou_rotated_1000x1000", .groundIoU, first, second, threads: threads),
      overlap("giou_3d_rotated_1000x1000", .generalizedIoU, first, second, threads: threads),
      BenchOperation(name: "iou_rotated_1000x1000_fwd_bwd", count: 1_000_000) {
        let leaf = first.requiringGradient()
        let sum = try BoxOverlap.groundIoU.matrix(leaf, second, threads: threads).sum()
        let gradient = gradients(of: sum, withRespectTo: [leaf])[0]
        return gradient.abs().sum().item(of: Double.self)
      },
      suppression("nms_rotated_4096_0.1", .groundIoU, 0.1, candidates, scores),
      suppression("nms_rotated_4096_0.7", .groundIoU, 0.7, candidates, scores),
    ]
    if let scan = try CloudBenchmarks.cloud("lidar_seq_0", in: folder) {
      operations.append(
        BenchOperation(name: "points_in_boxes_lidar120k_100", count: scan.count) {
          let found = try PointsInBoxes(boxes(100, places: 100), threads: threads)
            .firstBox(scan.positions)
          return Double(found.array(of: Int32.self).count { $0 >= 0 })
        })
    }
    return operations
  }

  /// The check value is the sum of the matrix.
  private static func overlap(
    _ name: String, _ measure: BoxOverlap, _ first: Tensor, _ second: Tensor, threads: Int
  ) -> BenchOperation {
    BenchOperation(name: name, count: first.shape[0] * second.shape[0]) {
      try measure.matrix(first, second, threads: threads).withUnsafeElements(of: Double.self) {
        $0.reduce(0, +)
      }
    }
  }

  /// The check value is the number of boxes kept.
  private static func suppression(
    _ name: String, _ rule: BoxSuppression.Rule, _ threshold: Double, _ boxes: Tensor,
    _ scores: Tensor
  ) -> BenchOperation {
    BenchOperation(name: name, count: boxes.shape[0]) {
      Double(try BoxSuppression(rule, threshold: threshold).kept(boxes, scores: scores).count)
    }
  }

  private static func fraction(_ number: Int, _ prime: Int) -> Double {
    let product = Double(number) * [2.0, 3, 5, 7, 11, 13, 17][prime].squareRoot()
    return product - product.rounded(.down)
  }

  private static func boxes(_ count: Int, places: Int) -> Tensor {
    Tensor(
      (0..<count).flatMap { i in
        let (u, v) = ({ fraction(i + 1, $0) }, { fraction(i % places + 1, $0) })
        return [
          70 * v(0) + 2 * u(1), 80 * v(1) - 40 + 2 * u(2), -1, 3.9 + u(3), 1.6 + 0.3 * u(4), 1.5,
          2 * Double.pi * u(5),
        ]
      }, shape: [count, 7])
  }
}

import Geometry
import PointClouds
public import SensorLogs
import Tensors

/// True and detected objects of one frame, with all their overlaps.
public struct KITTIFrame: Sendable {
  /// True objects, regions included.
  public let truth: [KITTILabel]
  /// Detections with scores.
  public let detections: [KITTILabel]
  /// Numbers of the true `DontCare` regions.
  let regions: [Int]
  /// Overlap of each detection with each true object, row by row.
  private let overlaps: [KITTIMeasure: [Double]]
  /// Part of each detection's rectangle that each region covers, row by row.
  private let covered: [Double]

  /// Computes the overlaps of a frame.
  ///
  /// - Parameters:
  ///   - truth: True objects and regions.
  ///   - detections: Detections; one without a score counts as surest.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public init(truth: [KITTILabel], detections: [KITTILabel]) throws {
    self.truth = truth
    self.detections = detections
    let regions = truth.indices.filter { truth[$0].type.lowercased() == "dontcare" }
    self.regions = regions
    let (found, there) = (
      Tensor(boxes: detections.map(\.groundBox)), Tensor(boxes: truth.map(\.groundBox))
    )
    overlaps = [
      .image: detections.flatMap { detection in
        truth.map { detection.box.intersectionOverUnion($0.box) }
      },
      .ground: try BoxOverlap.groundIoU.matrix(found, there).array(of: Double.self),
      .space: try BoxOverlap.iou.matrix(found, there).array(of: Double.self),
    ]
    covered = detections.flatMap { detection in
      regions.map { detection.box.shareCovered(by: truth[$0].box) }
    }
  }

  /// The boxes in space, with z up; regions are left out.
  public var boxes: DetectionFrame {
    DetectionFrame(
      truth: truth.filter { !$0.isRegion }.map(\.groundBox),
      detections: detections.filter { !$0.isRegion }.map(\.groundBox))
  }

  func overlap(_ measure: KITTIMeasure, detection: Int, truth number: Int) -> Double {
    overlaps[measure]?[detection * truth.count + number] ?? 0
  }

  func covered(detection: Int, region: Int) -> Double {
    covered[detection * regions.count + region]
  }
}

extension KITTILabel {
  /// The box with z up: x forward, y left, as the vehicle's frame lies to the camera's.
  var groundBox: Box3D {
    guard !isRegion else { return Box3D(center: .zero, size: .zero, yaw: 0) }
    return Box3D(
      center: Vector3(location.z, -location.x, height / 2 - location.y),
      size: Vector3(length, width, height), yaw: -rotationY - .pi / 2, label: type,
      score: score ?? 1)
  }
}

extension Box2D {
  fileprivate var area: Double { max(x2 - x1, 0) * max(y2 - y1, 0) }

  private func intersection(_ other: Box2D) -> Double {
    max(min(x2, other.x2) - max(x1, other.x1), 0) * max(min(y2, other.y2) - max(y1, other.y1), 0)
  }

  fileprivate func intersectionOverUnion(_ other: Box2D) -> Double {
    let common = intersection(other)
    return common > 0 ? common / (area + other.area - common) : 0
  }

  /// The part of this rectangle that lies in another.
  fileprivate func shareCovered(by other: Box2D) -> Double {
    let common = intersection(other)
    return common > 0 ? common / area : 0
  }
}

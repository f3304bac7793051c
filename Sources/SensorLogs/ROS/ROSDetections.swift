import Foundation
import Geometry

/// `vision_msgs/Detection3DArray` to ``Detections3D``, with the field names of all distributions.
enum ROSDetections {
  static func detections(_ tree: ROSTree) throws -> Detections3D {
    Detections3D(boxes: try tree.messages("detections").map(box))
  }

  private static func box(_ tree: ROSTree) throws -> Box3D {
    let bounds = try tree.message("bbox")
    let center = try ROSTransforms.pose(try bounds.message("center"))
    var best: (label: String, score: Double)?
    for result in try tree.messages("results") {
      // From Galactic on the hypothesis is a message of its own.
      let hypothesis = (try? result.message("hypothesis")) ?? result
      let score = try hypothesis.real("score")
      if let known = best, known.score >= score { continue }
      best = (try label(of: hypothesis), score)
    }
    return Box3D(
      center: center.translation, size: try ROSTransforms.vector(try bounds.message("size")),
      yaw: center.rotation.yaw, label: best?.label ?? "", score: best?.score ?? 1)
  }

  private static func label(of hypothesis: ROSTree) throws -> String {
    for name in ["class_id", "id"] {
      switch hypothesis[name] {
      case .text(let text): return text
      case .some(let value): if let number = value.asInteger { return String(number) }
      case nil: continue
      }
    }
    throw FormatProblem("an object hypothesis has neither class_id nor id")
  }
}

extension Quaternion {
  /// The turn about +z that brings +x to the direction that this rotation gives it, seen from above; radians.
  var yaw: Double {
    let (x, y, z) = (vector.x, vector.y, vector.z)
    return atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
  }
}

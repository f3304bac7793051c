import Foundation
import Geometry

/// `vision_msgs/Detection3DArray` to ``Detections3D`` and `Detection2DArray` to ``Detections2D``, with the field names of all
/// distributions.
enum ROSDetections {
  static func detections(_ tree: ROSTree) throws -> Detections3D {
    Detections3D(boxes: try tree.messages("detections").map(box))
  }

  private static func box(_ tree: ROSTree) throws -> Box3D {
    let bounds = try tree.message("bbox")
    let center = try ROSTransforms.pose(try bounds.message("center"))
    let best = try best(tree)
    return Box3D(
      center: center.translation, size: try ROSTransforms.vector(try bounds.message("size")),
      yaw: center.rotation.yaw, label: best?.label ?? "", score: best?.score ?? 1)
  }

  static func imageDetections(_ tree: ROSTree) throws -> Detections2D {
    Detections2D(boxes: try tree.messages("detections").map(imageBox))
  }

  private static func imageBox(_ tree: ROSTree) throws -> Box2D {
    let bounds = try tree.message("bbox")
    let pose = try bounds.message("center")
    // Before Humble the centre's place stood beside its angle.
    let center = (try? pose.message("position")) ?? pose
    let (x, y) = (try center.real("x"), try center.real("y"))
    let (width, height) = (try bounds.real("size_x"), try bounds.real("size_y"))
    let best = try best(tree)
    return Box2D(
      x1: x - width / 2, y1: y - height / 2, x2: x + width / 2, y2: y + height / 2,
      label: best?.label ?? "", score: best?.score ?? 1)
  }

  /// The likeliest of an object's hypotheses.
  private static func best(_ tree: ROSTree) throws -> (label: String, score: Double)? {
    var best: (label: String, score: Double)?
    for result in try tree.messages("results") {
      // From Galactic on the hypothesis is a message of its own.
      let hypothesis = (try? result.message("hypothesis")) ?? result
      let score = try hypothesis.real("score")
      if let known = best, known.score >= score { continue }
      best = (try label(of: hypothesis), score)
    }
    return best
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

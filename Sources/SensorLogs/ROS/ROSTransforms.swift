import Geometry

/// `tf2_msgs/TFMessage` to ``FrameTransforms``, and poses as other messages hold them.
enum ROSTransforms {
  static func transforms(_ tree: ROSTree, areStatic: Bool) throws -> FrameTransforms {
    FrameTransforms(
      edges: try tree.messages("transforms").map { stamped in
        let transform = try stamped.message("transform")
        return FrameTransforms.Edge(
          parent: try stamped.message("header").text("frame_id"),
          child: try stamped.text("child_frame_id"),
          parentFromChild: Pose(
            rotation: try quaternion(try transform.message("rotation")),
            translation: try vector(try transform.message("translation"))),
          isStatic: areStatic)
      })
  }

  static func vector(_ tree: ROSTree) throws -> Vector3 {
    Vector3(try tree.real("x"), try tree.real("y"), try tree.real("z"))
  }

  static func quaternion(_ tree: ROSTree) throws -> Quaternion {
    Quaternion(
      w: try tree.real("w"), x: try tree.real("x"), y: try tree.real("y"), z: try tree.real("z"))
  }

  static func pose(_ tree: ROSTree) throws -> Pose {
    Pose(
      rotation: try quaternion(try tree.message("orientation")),
      translation: try vector(try tree.message("position")))
  }
}

/// Transforms that were read when the log was opened.
struct TransformsContent: FileContent {
  var edges: [FrameTransforms.Edge]
  var file: String
  var place: String

  var payloadType: String { FrameTransforms.typeName }
  func payload(_ note: (LogDamage) -> Void) throws -> any Payload { FrameTransforms(edges: edges) }
  func check() -> FileCheck { FileCheck() }
}

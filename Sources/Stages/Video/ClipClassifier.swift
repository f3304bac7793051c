import Models
import Vision

/// What `video.classify` asks: a trained network, or a stand-in of a test.
struct ClipClassifier: Sendable {
  let classes: [String]
  let form: ClipForm
  /// One list of scores for each clip.
  let scores: @Sendable ([VideoClip]) throws -> [[Double]]

  init(
    classes: [String], form: ClipForm,
    scores: @escaping @Sendable ([VideoClip]) throws -> [[Double]]
  ) {
    self.classes = classes
    self.form = form
    self.scores = scores
  }

  init(_ network: TrainedClipNetwork) {
    self.init(classes: network.classes, form: network.form) { try network.scores(of: $0) }
  }

  /// Frames of the video from a window's first to its last.
  var span: Int { (form.frames - 1) * form.step + 1 }
}

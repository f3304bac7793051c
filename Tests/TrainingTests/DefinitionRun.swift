import Foundation
import TestSupport
import Training

/// Trains by the text of a definition, which lies in a folder; results go to a folder within.
func train(
  _ text: String, _ folder: TemporaryFolder, to name: String, resume: Bool = false,
  steps: Int? = nil
) throws -> TrainingSummary {
  let path = folder.file("definition.yaml")
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  var options = TrainingOptions(folder: folder.file(name))
  options.isResuming = resume
  options.steps = steps
  return try TrainingRun(TrainingDefinition(path: path), options).execute()
}

/// What training by a definition says is wrong; `none` when nothing is.
func problem(_ text: String, _ folder: TemporaryFolder) -> String {
  do {
    _ = try train(text, folder, to: "out")
    return "none"
  } catch { return "\(error)" }
}

import Models
import Networks
import Tensors

/// A network for clips in training.
struct ClipTrainingTask: TrainingTask {
  let classifier: any Layer
  let loss: TrainingLoss
  let metadata: [String: String]
  let classCount: Int
  let clipsPerVideo: Int
  let stepMeasures = ["accuracy"]
  let heldMeasures = ["loss", "clip_accuracy", "video_accuracy"]

  var network: any Module { classifier }

  func step(_ batch: LabelledBatch) -> TrainingStep {
    TrainingStep(classifying: classifier(batch.inputs), as: batch.labels, loss)
  }

  func evaluate(_ loader: DataLoader<ClipDataset>) throws -> [Double] {
    let measures = try ClipMeasures(
      classifier, loader, classes: classCount, clipsPerVideo: clipsPerVideo)
    return [measures.loss, measures.clipAccuracy, measures.videoAccuracy]
  }
}

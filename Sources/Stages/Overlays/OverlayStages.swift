public import Pipelines

/// The stages that draw results into pictures.
public let overlayStages: [any Stage.Type] = [
  BoxOverlayStage.self, CloudOverlayStage.self, BirdsEyeStage.self,
]

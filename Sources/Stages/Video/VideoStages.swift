public import Pipelines

/// The stages that understand video: what frames over time show.
public let videoStages: [any Stage.Type] = [VideoClassifyStage.self, ActionOverlayStage.self]

public import Pipelines

/// The stages that process point clouds.
public let cloudStages: [any Stage.Type] = [
  CloudTransformStage.self, CloudCropStage.self, VoxelDownsampleStage.self,
  OutlierRemovalStage.self, CloudNormalsStage.self, GroundRemovalStage.self,
  CloudClusterStage.self, BoxFittingStage.self,
]

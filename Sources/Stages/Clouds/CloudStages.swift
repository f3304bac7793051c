public import Pipelines

/// The stages that process point clouds.
public let cloudStages: [any Stage.Type] = [
  CloudTransformStage.self, CloudCropStage.self, CloudBoxCropStage.self, CloudRangeStage.self,
  CloudRingsStage.self, CloudFilterStage.self, VoxelDownsampleStage.self,
  OutlierRemovalStage.self, CloudNormalsStage.self, GroundRemovalStage.self,
  CloudClusterStage.self, BoxFittingStage.self, CloudLevelStage.self,
]

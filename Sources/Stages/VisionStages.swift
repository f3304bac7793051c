public import Pipelines

/// Stages on pictures: stereo, depth, optical flow, undistortion.
public let visionStages: [any Stage.Type] = [
  StereoRectify.self, StereoMatch.self, StereoUncertaintyStage.self, StereoCoVisibility.self,
  DisparityColor.self, DepthFromDisparity.self,
  DepthBackProject.self, DepthColor.self, FlowDense.self, FlowColor.self, FlowCheckStage.self,
  ImageUndistort.self,
]

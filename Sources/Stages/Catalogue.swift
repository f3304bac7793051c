public import Pipelines

/// Everything that a pipeline definition may name.
public enum Catalogue {
  /// The stages, by the name under `use:`.
  public static let stages = StageCatalogue(
    cloudStages + visionStages + videoStages + overlayStages + [
      KITTILabelsStage.self, BoxSuppressionStage.self, CloudToFrameStage.self,
      SceneCollectStage.self, CloudDetectionStage.self, FrustumDetectionStage.self,
      BoxTrackingStage.self,
    ])

  /// The output formats, by the name under `to:`.
  public static let formats = OutputFormats([
    PNGFormat.self, JPEGFormat.self, PNG16Format.self, FloatMapFormat.self, PLYFormat.self,
    PCDFormat.self,
    JSONLinesFormat.self, KITTIFormat.self, MCAPOutputFormat.self, SpansFormat.self,
    VideoFileFormat.self,
  ])
}

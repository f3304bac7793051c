/// All networks for clouds that definitions and weights may name.
///
/// A task adds one line here.
public enum CloudTaskCatalogue {
  /// The tasks.
  public static let types: [any CloudTask.Type] = [
    PointNetClassificationTask.self, PointNet2ClassificationTask.self,
    PointNet2SegmentationTask.self, PointNet2PartSegmentationTask.self, VoteNetTask.self,
    SparseCentreTask.self, PointPillarsTask.self, FrustumPointNetTask.self,
  ]

  /// The task of a name.
  ///
  /// - Parameter name: Its name in definitions and weights.
  /// - Returns: The type, or nil.
  public static func type(named name: String) -> (any CloudTask.Type)? {
    types.first { $0.name == name }
  }
}

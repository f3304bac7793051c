extension SceneDefinition {
  /// The classes of the labelled clouds in the order that training uses; nil where they depend on what occurs.
  public var labelledClasses: [String]? {
    switch kind {
    case .street: ["Car", "Pedestrian", "Cyclist"]
    case .room: nil
    case .rooms: SceneDefinition.furnitureClasses
    case .shapes:
      (shapes.classes.isEmpty ? ShapeClass.allCases : shapes.classes).map(\.rawValue)
    case .actions:
      (actions.classes.isEmpty ? ActionClass.allCases : actions.classes).map(\.rawValue)
    }
  }

  /// The names of the parts that points belong to, by the number in the attribute `label`; nil where there are none.
  public var pointClasses: [String]? { kind == .shapes ? ShapeClass.partNames : nil }

  /// The furniture that rooms are labelled with: the ten classes of SUN RGB-D.
  static let furnitureClasses = [
    "bed", "table", "sofa", "chair", "toilet", "desk", "dresser", "night_stand", "bookshelf",
    "bathtub",
  ]
}

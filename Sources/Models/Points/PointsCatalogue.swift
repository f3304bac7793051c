extension ModelCatalogue {
  /// Networks that tell what points and grids of voxels show.
  static let points: [ModelEntry] = [
    .classifier(
      "voxnet", "VoxNet, for occupancy grids of 32 cells along each axis",
      input: ModelInput("occupancy", [.batch, 1, 32, 32, 32]), classes: 40
    ) { VoxNet(classes: $0) }
  ]
}

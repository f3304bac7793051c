/// All models that the command line knows.
///
/// A family adds its entries in a file of its own, and one line here.
public enum ModelCatalogue {
  /// The entries, family by family.
  public static let entries: [ModelEntry] =
    recognition + points + pointNets + sparse + voting + frustums + lidar + video

  /// The entry of a name.
  ///
  /// - Parameter name: Name on the command line.
  /// - Returns: The entry, or nil.
  public static func entry(named name: String) -> ModelEntry? {
    entries.first { $0.name == name }
  }
}

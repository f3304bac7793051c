public import Networks
import Tensors

/// Sizes and receptive fields of the networks over clips.
public enum FieldTable {
  /// A network, or one of the examples, and its chain of layers.
  public struct Entry: Sendable {
    /// Name on the command line.
    public let name: String
    /// Frames, height and width of the clips.
    public let input: [Int]
    /// Its layers.
    public let rows: [ReceptiveField.Row]

    /// The last layer before windows over everything: what the network's maps see.
    public var maps: ReceptiveField.Row? { rows.prefix { !$0.seesAll }.last ?? rows.first }

    /// Follows the layers of a network.
    ///
    /// - Parameters:
    ///   - name: Name on the command line.
    ///   - steps: The layers.
    ///   - input: Frames, height and width of the clips.
    public init(_ name: String, _ steps: [ReceptiveField.Step], input: [Int]) {
      self.name = name
      self.input = input
      rows = ReceptiveField.rows(steps, input: input)
    }
  }

  /// Every network that takes clips and states its layers.
  ///
  /// - Returns: One entry for each, in the catalogues' order, for the usual size of its clips.
  /// - Throws: ``ModelError`` when a network cannot be built without a configuration.
  public static func entries() throws(ModelError) -> [Entry] {
    var found: [Entry] = []
    for entry in ModelCatalogue.entries {
      if let described = try self.entry(of: entry) { found.append(described) }
    }
    for type in ClipModelCatalogue.types where ModelCatalogue.entry(named: type.name) == nil {
      if let described = try self.entry(of: type) { found.append(described) }
    }
    return found
  }

  /// The fields of a network that is trained on clips, with its usual settings, for eight frames of 32x32 pixels.
  private static func entry<Model: ClipModel>(of type: Model.Type) throws(ModelError) -> Entry? {
    var form = ClipForm(frames: 8, height: 32, width: 32)
    if type.needsFlow { form.flow = FlowForm() }
    let network: any Layer
    do { network = try Model.network(Model.Settings(), form: form, classes: 8) } catch {
      throw error as? ModelError ?? .configuration("\(error)")
    }
    guard let described = network as? any FieldDescribing else { return nil }
    return Entry(Model.name, described.fieldSteps, input: [form.frames, form.height, form.width])
  }

  /// The fields of one network.
  ///
  /// - Parameter entry: A model.
  /// - Returns: Its layers, or nil when it takes no clips or does not state them.
  /// - Throws: ``ModelError`` when it cannot be built without a configuration.
  public static func entry(of entry: ModelEntry) throws(ModelError) -> Entry? {
    guard let input = entry.inputs.first, input.axes.count == 5,
      let network = try entry.build().network as? any FieldDescribing
    else { return nil }
    return Entry(
      entry.name, network.fieldSteps, input: Array(input.axes.map(\.example).suffix(3)))
  }

  /// A convolution, a pooling, a convolution and a mean, fused in three ways over clips of 20 frames
  /// of 64x64 pixels: late fusion sees single frames until the mean, early fusion all frames at once,
  /// slow fusion more and more of them.
  public static let examples: [Entry] = [
    Entry(
      "late fusion",
      [.convolution(1, 3, 3), .pool(1, 4, 4), .convolution(1, 3, 3), .global], input: [20, 64, 64]),
    Entry(
      "early fusion",
      [
        .convolution(20, 3, 3, padding: [0, 1, 1]), .pool(1, 4, 4), .convolution(1, 3, 3), .global,
      ],
      input: [20, 64, 64]),
    Entry(
      "slow fusion", [.convolution(3), .pool(4), .convolution(3), .global], input: [20, 64, 64]),
  ]
}

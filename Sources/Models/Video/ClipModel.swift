public import Configuration
public import Networks
public import Tensors

/// A network that tells what happens in a clip, with all that training and inference need to know of it.
public protocol ClipModel: Sendable {
  /// What a definition may set.
  associatedtype Settings: ParameterSet

  /// Name in definitions and in weights.
  static var name: String { get }
  /// What it is, in one line.
  static var summary: String { get }
  /// Whether the network sees motion beside frames.
  static var needsFlow: Bool { get }

  /// A network without values.
  ///
  /// - Parameters:
  ///   - settings: What the definition sets.
  ///   - form: How clips enter.
  ///   - classes: Number of classes.
  /// - Returns: A layer from `[B, form.channels, T, H, W]` to scores `[B, classes]`.
  /// - Throws: ``ModelError/configuration(_:)`` when the clips do not fit.
  static func network(_ settings: Settings, form: ClipForm, classes: Int) throws -> any Layer
}

extension ClipModel {
  /// Frames alone.
  public static var needsFlow: Bool { false }
}

/// A network whose first part may keep its values, so that what it makes of a clip need be computed once only.
public protocol FrozenFeatureNetwork: Layer {
  /// Whether the first part keeps its values and its statistics.
  var isFrozen: Bool { get }

  /// What the first part makes of clips.
  ///
  /// - Parameter clips: `[B, C, T, H, W]`.
  /// - Returns: `[B, …]`, which the network takes in place of the clips.
  func features(of clips: Tensor) -> Tensor
}

/// All networks for clips that definitions and weights may name.
public enum ClipModelCatalogue {
  /// The networks.
  public static let types: [any ClipModel.Type] = [
    SingleFrameModel.self, LateFusionModel.self, EarlyFusionModel.self, TwoStreamModel.self,
    RecurrentClipModel.self, RecurrentConvolutionalModel.self, Slow3DModel.self, C3DModel.self,
    R3D18Model.self, MC318Model.self, R2Plus1D18Model.self,
  ]

  /// The network of a name.
  ///
  /// - Parameter name: Its name in definitions and weights.
  /// - Returns: The type, or nil.
  public static func type(named name: String) -> (any ClipModel.Type)? {
    types.first { $0.name == name }
  }
}

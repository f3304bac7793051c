public import Configuration
public import Networks

/// The model `slow3d`.
public enum Slow3DModel: ClipModel {
  /// Settings of `slow3d`.
  public struct Settings: ParameterSet {
    /// Channels of the layers.
    @Setting("Channels of the three layers") public var widths = [16, 32, 64]
    /// Whether it can be streamed.
    @Setting("Whether no output depends on a later frame, so that frames can be streamed")
    public var causal = false
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "slow3d"
  /// What it is.
  public static let summary = "three convolutions over space and time, which halve both"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    guard settings.widths.count == 3, settings.widths.allSatisfy({ (1...4096).contains($0) }) else {
      throw ModelError.configuration("\(name): widths are three numbers from 1 to 4096")
    }
    return Slow3D(
      classes: classes, channels: form.channels, widths: settings.widths, causal: settings.causal)
  }
}

/// The model `c3d`.
public enum C3DModel: ClipModel {
  /// Settings of `c3d`.
  public struct Settings: ParameterSet {
    /// Channels of the first convolution.
    @Setting("Channels of the first convolution; 64 in the paper", in: 1...512) public var width =
      64
    /// Hidden units.
    @Setting("Length of the hidden linear layers; 4096 in the paper", in: 1...65536)
    public var features = 4096
    /// Whether it can be streamed.
    @Setting("Whether no output depends on a later frame, so that frames can be streamed")
    public var causal = false
    /// The defaults.
    public init() {}
  }

  /// Its name.
  public static let name = "c3d"
  /// What it is.
  public static let summary = "eight 3x3x3 convolutions and three linear layers, 16 square frames"

  /// The network.
  public static func network(_ settings: Settings, form: ClipForm, classes: Int) throws
    -> any Layer
  {
    guard form.height == form.width, form.height >= 32, form.frames == 16, form.channels == 3 else {
      throw ModelError.configuration(
        "\(name) needs 16 square frames of at least 32 pixels, not \(form.frames) of "
          + "\(form.width) x \(form.height)")
    }
    return C3D(
      classes: classes, width: settings.width, size: form.height, features: settings.features,
      causal: settings.causal)
  }
}

/// The models `r3d_18`, `mc3_18` and `r2plus1d_18` have the same settings.
public struct ResNet3DSettings: ParameterSet {
  /// Channels of the first stage.
  @Setting("Channels of the first stage; each further one has twice as many", in: 1...512)
  public var width = 64
  /// Whether it can be streamed.
  @Setting("Whether no output depends on a later frame, so that frames can be streamed")
  public var causal = false
  /// The defaults.
  public init() {}
}

/// A residual network of 18 layers over clips.
public protocol ResNet3DModel: ClipModel where Settings == ResNet3DSettings {
  /// Which convolutions it is made of.
  static var kind: ResNet3D.Kind { get }
}

extension ResNet3DModel {
  /// Its name, torchvision's.
  public static var name: String { kind.rawValue }

  /// The network.
  public static func network(
    _ settings: ResNet3DSettings, form: ClipForm, classes: Int
  ) throws -> any Layer {
    guard form.channels == 3 else {
      throw ModelError.configuration("\(name) sees frames alone, not flow")
    }
    return ResNet3D(kind, classes: classes, width: settings.width, causal: settings.causal)
  }
}

/// The model `r3d_18`.
public enum R3D18Model: ResNet3DModel {
  /// 3x3x3 everywhere.
  public static let kind = ResNet3D.Kind.r3d18
  /// What it is.
  public static let summary = "residual network of 18 layers of 3x3x3 convolutions"
}

/// The model `mc3_18`.
public enum MC318Model: ResNet3DModel {
  /// 3x3x3 in the first layers.
  public static let kind = ResNet3D.Kind.mc3_18
  /// What it is.
  public static let summary = "residual network of 18 layers, 3x3x3 at first, then 1x3x3"
}

/// The model `r2plus1d_18`.
public enum R2Plus1D18Model: ResNet3DModel {
  /// Space, then time.
  public static let kind = ResNet3D.Kind.r2plus1d18
  /// What it is.
  public static let summary = "residual network of 18 layers of 1x3x3 and 3x1x1 convolutions"
}

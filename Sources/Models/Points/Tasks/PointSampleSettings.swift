public import Configuration

/// How points are drawn from a cloud before a network sees them.
public enum PointDrawing: String, Sendable, CaseIterable, ParameterValue {
  /// With equal chances.
  case random
  /// Farthest points, evenly spread; the first is random in training.
  case farthest
}

/// Where positions are measured from, and in which unit.
public enum PointNormalisation: String, Sendable, CaseIterable, ParameterValue {
  /// From the centroid of the drawn points, the farthest at distance 1.
  case sphere
  /// From the centroid, metres.
  case centroid
  /// As they are, metres.
  case none
}

/// Settings of tasks that draw a fixed number of points from each cloud.
public protocol PointSampleSettings: ParameterSet {
  /// Points drawn from each cloud.
  var points: Int { get }
  /// How points are drawn.
  var drawing: PointDrawing { get }
  /// Where positions are measured from.
  var normalisation: PointNormalisation { get }
  /// Attributes that the network sees beside positions.
  var attributes: [String] { get }
  /// Standard deviation of the noise that training adds to positions.
  var jitter: Double { get }
  /// Largest share of points that training replaces by the first.
  var inputDropout: Double { get }
  /// Largest change of each axis' scale in training.
  var stretch: Double { get }
}

extension PointSampleSettings {
  /// Numbers of each point that the attributes hold.
  var attributeChannels: Int { attributes.reduce(0) { $0 + Self.width(of: $1) } }

  /// Numbers that an attribute holds: three of colours and normals, otherwise one.
  static func width(of attribute: String) -> Int {
    ["color", "normal"].contains(attribute) ? 3 : 1
  }
}

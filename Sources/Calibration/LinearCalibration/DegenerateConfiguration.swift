import Foundation

/// Why point pairs do not determine a camera.
public enum DegenerateConfiguration: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer than 6 different points; with their number.
  case tooFewPoints(Int)
  /// A number is not finite, or beyond 1e100; with the pair's index, counted from 0.
  case nonFinite(pair: Int)
  /// All points are one.
  case coincidentPoints
  /// All points lie on a line.
  case collinearPoints
  /// All points lie on a plane, as far as the pixels tell; with their extent across it, relative to the largest.
  case coplanarPoints(flatness: Double)
  /// All pixels lie on a line or are one.
  case collinearPixels
  /// More than one camera maps the points to these pixels: points and optical centre on a twisted cubic, all points but one
  /// on a plane, or pixels too inexact for the points' spread. With the ratio of the two smallest singular values.
  case criticalConfiguration(separation: Double)
  /// The pixels show no perspective, as if the camera were infinitely far away.
  case noPerspective
  /// The camera that fits best has points behind it.
  case pointsBehindCamera(count: Int, of: Int)

  /// The case in words, for messages.
  public var name: String {
    switch self {
    case .tooFewPoints: "too few points"
    case .nonFinite: "non-finite input"
    case .coincidentPoints: "coincident points"
    case .collinearPoints: "collinear points"
    case .coplanarPoints: "coplanar points"
    case .collinearPixels: "collinear pixels"
    case .criticalConfiguration: "critical configuration"
    case .noPerspective: "no perspective"
    case .pointsBehindCamera: "points behind the camera"
    }
  }

  /// What would help.
  public var remedy: String {
    switch self {
    case .tooFewPoints: "measure at least 6 different points, better 20"
    case .nonFinite: "correct or remove the pair"
    case .coincidentPoints, .collinearPoints, .coplanarPoints:
      "add points well off the plane that the others lie on"
    case .collinearPixels: "use points that spread over both directions of the image"
    case .criticalConfiguration: "add points in other places, and check pairs for mix-ups"
    case .noPerspective: "use points at clearly different distances from the camera"
    case .pointsBehindCamera(let count, let total):
      count == total
        ? "check that the axes are right-handed, u grows to the right and v downwards"
        : "check pairs for mix-ups"
    }
  }

  /// `name: explanation; remedy`.
  public var description: String { "\(name): \(explanation); \(remedy)" }

  private var explanation: String {
    switch self {
    case .tooFewPoints(let count): "\(count) different points, a camera has 11 degrees of freedom"
    case .nonFinite(let pair): "pair \(pair + 1) holds a number that is not finite or beyond 1e100"
    case .coincidentPoints: "all points of the world are one"
    case .collinearPoints: "all points of the world lie on a line"
    case .coplanarPoints(let flatness):
      "the points' extent across their plane is \(Self.short(flatness)) of the largest"
    case .collinearPixels: "all pixels lie on a line"
    case .criticalConfiguration(let separation):
      "other cameras explain the pixels as well (singular values in ratio \(Self.short(separation)))"
    case .noPerspective: "the camera would be infinitely far away"
    case .pointsBehindCamera(let count, let total): "\(count) of \(total)"
    }
  }

  private static func short(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return value == 0 ? "0" : "inf" }
    return String(format: "%.2g", value)
  }
}

public import Geometry

/// A motion of one cloud along or about which the shape of the other says nothing.
public struct UnobservableMotion: Sendable, Equatable, CustomStringConvertible {
  /// Turn about the cloud's middle, in the target frame; as long as the share that turning has in the motion, 0 to 1.
  public var rotation: Vector3
  /// Shift in the target frame; as long as the share that shifting has in the motion, 0 to 1.
  public var translation: Vector3
  /// Mean squared residual that a motion by the unit causes (a shift of 1 m, or a turn that moves the cloud's points by 1 m on
  /// average); metres squared.
  public var information: Double

  /// The motion in words.
  public var description: String {
    func text(_ v: Vector3) -> String {
      let unit = v.normalized
      // Tenths tell directions apart; a minus of a rounded zero goes.
      return "(" + (0..<3).map { "\((unit[$0] * 100).rounded() / 100 + 0)" }.joined(separator: ", ")
        + ")"
    }
    let shift = translation.length > 0.15 ? "translation along \(text(translation))" : nil
    let turn = rotation.length > 0.15 ? "rotation about \(text(rotation))" : nil
    return [shift, turn].compactMap { $0 }.joined(separator: " with ")
  }
}

/// Why two clouds cannot be aligned.
public enum RegistrationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A cloud has too few valid points.
  case tooFewPoints(cloud: String, found: Int, needed: Int)
  /// Too few source points have a target point within the largest distance.
  case tooFewPairs(found: Int, needed: Int, maxDistance: Double)
  /// The geometry leaves motions open: a single plane, a straight corridor, a sphere.
  case degenerateGeometry(unobservable: [UnobservableMotion])

  /// The error in words.
  public var description: String {
    switch self {
    case .tooFewPoints(let cloud, let found, let needed):
      "the \(cloud) has \(found) valid points, registration needs \(needed)"
    case .tooFewPairs(let found, let needed, let maxDistance):
      "\(found) source points have a target point within \(maxDistance) m, \(needed) are needed; "
        + "give a better initial pose or a larger distance"
    case .degenerateGeometry(let motions):
      "the clouds' shape leaves open: " + motions.map(\.description).joined(separator: "; ")
    }
  }
}

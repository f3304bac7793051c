extension Distortion {
  /// How far out the lens model holds: the square of the smallest ideal radius (of the smallest angle from the axis for a fisheye,
  /// radians) at which the distorted radius stops growing or has a pole; infinite where it always grows.
  ///
  /// Beyond, a model may rise again; what it says there about wide angles is wrong all the same.
  var foldLimit: Double {
    switch self {
    case .none: return .infinity
    case .fisheye(let k):
      guard k.allSatisfy(\.isFinite) else { return 0 }
      let slope = [1] + k.enumerated().map { Double(2 * $0 + 3) * $1 }
      return Polynomial(slope).signChanges(upTo: .pi * .pi).first ?? .infinity
    case .brownConrady(let c):
      guard c.allSatisfy(\.isFinite) else { return 0 }
      let k = BrownConrady(c).k
      let above = Polynomial([1, k.0, k.1, k.2])
      let below = Polynomial([1, k.3, k.4, k.5])
      // d/dr of r · above / below has the sign of above · below + 2 s (above' · below − above · below').
      let (first, second) = (above.derivative * below, above * below.derivative)
      var growth = (above * below).coefficients
      for index in first.coefficients.indices {
        growth[index + 1] += 2 * (first.coefficients[index] - second.coefficients[index])
      }
      let limits = [Polynomial(growth), below].compactMap {
        $0.signChanges(upTo: Self.farthest).first
      }
      return limits.min() ?? .infinity
    }
  }

  /// The square of a radius that is within a microradian of a right angle; folds beyond have no meaning.
  private static let farthest = 1e12
}

/// The form of a camera model: which parameters it has and in which order.
///
/// Parameters are `fx fy cx cy skew`, pixels, then the coefficients of the distortion in the order of ``Distortion``.
public enum LensModel: String, Sendable, Hashable, CaseIterable {
  /// No distortion.
  case pinhole
  /// Brown-Conrady with five coefficients.
  case pinhole5
  /// Brown-Conrady with eight coefficients, the rational model.
  case pinhole8
  /// Equidistant fisheye with four coefficients.
  case fisheye4

  /// Names of the parameters, in order.
  public var parameterNames: [String] { ["fx", "fy", "cx", "cy", "skew"] + coefficientNames }

  /// Names of the distortion's coefficients, in order.
  public var coefficientNames: [String] {
    switch self {
    case .pinhole: []
    case .pinhole5: ["k1", "k2", "p1", "p2", "k3"]
    case .pinhole8: ["k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6"]
    case .fisheye4: ["k1", "k2", "k3", "k4"]
    }
  }

  /// Number of parameters.
  public var parameterCount: Int { 5 + coefficientCount }

  /// Number of the distortion's coefficients.
  public var coefficientCount: Int {
    switch self {
    case .pinhole: 0
    case .pinhole5: 5
    case .pinhole8: 8
    case .fisheye4: 4
    }
  }
}

extension CameraModel {
  /// The form of the model.
  ///
  /// A Brown-Conrady lens of at most five coefficients is `pinhole5`.
  public var lens: LensModel {
    switch distortion {
    case .none: .pinhole
    case .brownConrady(let k): k.count <= 5 ? .pinhole5 : .pinhole8
    case .fisheye: .fisheye4
    }
  }

  /// The parameters in the order of ``LensModel``; coefficients that are not given are 0.
  public var parameters: [Double] {
    let coefficients: [Double] =
      switch distortion {
      case .none: []
      case .brownConrady(let k), .fisheye(let k): k
      }
    let first = [focalLength.x, focalLength.y, principalPoint.x, principalPoint.y, skew]
    let count = lens.coefficientCount
    let missing = [Double](repeating: 0, count: max(0, count - coefficients.count))
    return first + coefficients.prefix(count) + missing
  }

  /// A camera from a list of parameters.
  ///
  /// - Parameters:
  ///   - width: Image width, pixels.
  ///   - height: Image height, pixels.
  ///   - lens: The form of the model.
  ///   - parameters: Its parameters in order.
  public init(width: Int, height: Int, lens: LensModel, parameters: [Double]) {
    precondition(
      parameters.count == lens.parameterCount,
      "\(lens) has \(lens.parameterCount) parameters, not \(parameters.count)")
    let coefficients = Array(parameters[5...])
    let distortion: Distortion =
      switch lens {
      case .pinhole: .none
      case .pinhole5, .pinhole8: .brownConrady(coefficients)
      case .fisheye4: .fisheye(coefficients)
      }
    self.init(
      width: width, height: height, focalLength: Vector2(parameters[0], parameters[1]),
      principalPoint: Vector2(parameters[2], parameters[3]), skew: parameters[4],
      distortion: distortion)
  }
}

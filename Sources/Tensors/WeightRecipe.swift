/// A rule that gives every weight of a network from its name, its shape and a seed.
///
/// Parity fixtures use it, so that two implementations can be compared without a weights file. All
/// whole-number arithmetic is modulo 2^64; real numbers are computed in double precision and rounded
/// to float32 once.
///
/// - Note: Source: `parity/README.md` of the recordings: FNV-1a over the name, then splitmix64.
public struct WeightRecipe: Sendable, Equatable {
  /// Seed of the network.
  public var seed: UInt64
  /// Factor of the weights with two or more axes.
  public var gain: Double
  /// Further factors of single parameters; 1 where there is none.
  public var multipliers: [String: Double]
  /// Shapes of all parameters by name.
  public var parameters: [String: [Int]]
  /// Hash over all parameters, in lower-case hexadecimal digits, where it is known.
  public var sha256: String?

  /// A recipe.
  ///
  /// - Parameters:
  ///   - seed: Seed of the network.
  ///   - gain: Factor of the weights with two or more axes.
  ///   - multipliers: Further factors of single parameters.
  ///   - parameters: Shapes of all parameters by name.
  public init(
    seed: UInt64, gain: Double = 1, multipliers: [String: Double] = [:],
    parameters: [String: [Int]] = [:]
  ) {
    self.seed = seed
    self.gain = gain
    self.multipliers = multipliers
    self.parameters = parameters
  }

  /// All parameters.
  ///
  /// - Returns: float32 tensors by name.
  public func tensors() -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, shape) in parameters { tensors[name] = tensor(name, shape: shape) }
    return tensors
  }

  /// One parameter.
  ///
  /// - Parameters:
  ///   - name: Its full dotted name.
  ///   - shape: Its shape.
  /// - Returns: A float32 tensor.
  public func tensor(_ name: String, shape: [Int]) -> Tensor {
    let state = Self.hash(name) ^ (seed &* 0x9E37_79B9_7F4A_7C15)
    let (base, scale) = distribution(name, shape)
    let width = scale * (multipliers[name] ?? 1)
    return Tensor(shape: shape, of: Float.self) { elements in
      var counter = state
      for i in elements.indices {
        counter &+= 0x9E37_79B9_7F4A_7C15
        let unit = Double(Self.mix(counter) >> 11) * 0x1p-53
        elements.initializeElement(at: i, to: Float(base + width * (2 * unit - 1)))
      }
    }
  }

  /// The middle of a parameter's values and how far they reach; by the last part of its name.
  private func distribution(_ name: String, _ shape: [Int]) -> (base: Double, scale: Double) {
    let leaf = name.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
    if leaf.contains("running_var") { return (1, 0.5) }
    if leaf.contains("running_mean") { return (0, 0.17) }
    if leaf.contains("bias") { return (0, 0.1) }
    if leaf.contains("weight") {
      guard shape.count >= 2 else { return (1, 0.25) }
      let fanIn = shape[1...].reduce(1, *)
      return (0, gain * (3 / Double(fanIn)).squareRoot())
    }
    return (0, 0.1)
  }

  /// FNV-1a, 64 bit.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }

  /// The last steps of splitmix64.
  static func mix(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension WeightRecipe: Decodable {
  private enum Key: String, CodingKey { case seed, gain, multipliers, parameters, sha256 }

  /// Reads the member `weights` of a fixture's `README.json`.
  ///
  /// - Parameter decoder: Where to read.
  /// - Throws: A decoding error; also when a shape is impossible.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    seed = try members.decode(UInt64.self, forKey: .seed)
    gain = try members.decode(Double.self, forKey: .gain)
    multipliers =
      try members.decodeIfPresent([String: Double].self, forKey: .multipliers) ?? [:]
    parameters = try members.decode([String: [Int]].self, forKey: .parameters)
    sha256 = try members.decodeIfPresent(String.self, forKey: .sha256)
    // Far above any network: keeps a mistaken file from taking all memory.
    let most = 1 << 34
    var total = 0
    for (name, shape) in parameters {
      let count = shape.allSatisfy { $0 >= 0 } ? Shapes.count(shape) : nil
      let (sum, overflow) = total.addingReportingOverflow(count ?? Int.max)
      guard count != nil, !overflow, sum <= most else {
        throw DecodingError.dataCorruptedError(
          forKey: .parameters, in: members,
          debugDescription: "parameter \"\(name)\" cannot have the shape \(shape)")
      }
      total = sum
    }
  }
}

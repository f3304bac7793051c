public import Tensors

/// A tensor that goes into a model.
public struct ModelInput: Sendable {
  /// What is known about an axis.
  public enum Axis: Sendable, Equatable, ExpressibleByIntegerLiteral {
    /// Any length from the least; the name stands in messages, the example in printed trees.
    case any(String, least: Int, example: Int)
    /// One length only.
    case exactly(Int)

    /// One length only.
    ///
    /// - Parameter value: The length.
    public init(integerLiteral value: Int) { self = .exactly(value) }

    /// Any number of examples.
    public static let batch = Axis.any("B", least: 1, example: 1)

    var text: String {
      switch self {
      case .any(let name, _, _): name
      case .exactly(let length): "\(length)"
      }
    }

    var example: Int {
      switch self {
      case .any(_, _, let example): example
      case .exactly(let length): length
      }
    }

    func allows(_ length: Int) -> Bool {
      switch self {
      case .any(_, let least, _): length >= least
      case .exactly(let wanted): length == wanted
      }
    }
  }

  /// Its name in files.
  public let name: String
  /// Its axes.
  public let axes: [Axis]
  /// Type of its elements.
  public let elementType: ElementType
  /// Whether it may be left out.
  public let isOptional: Bool

  /// An input.
  ///
  /// - Parameters:
  ///   - name: Its name in files.
  ///   - axes: Its axes.
  ///   - elementType: Type of its elements.
  ///   - isOptional: Whether it may be left out.
  public init(
    _ name: String, _ axes: [Axis], _ elementType: ElementType = .float32,
    isOptional: Bool = false
  ) {
    self.name = name
    self.axes = axes
    self.elementType = elementType
    self.isOptional = isOptional
  }

  /// Normalised pictures `[B, C, H, W]` under the name `image`.
  ///
  /// - Parameters:
  ///   - channels: Number of channels.
  ///   - least: Least height and width.
  ///   - example: Height and width in printed trees.
  ///   - exact: The only height and width, if there is one.
  /// - Returns: The input.
  public static func image(
    channels: Int = 3, least: Int = 1, example: Int = 224, exactly exact: Int? = nil
  ) -> ModelInput {
    let height = exact.map { Axis.exactly($0) } ?? .any("H", least: least, example: example)
    let width = exact.map { Axis.exactly($0) } ?? .any("W", least: least, example: example)
    return ModelInput("image", [.batch, .exactly(channels), height, width])
  }

  /// The shape with names, `[B, 3, H, W]`.
  public var pattern: String { "[\(axes.map(\.text).joined(separator: ", "))]" }

  /// Zeros of a usual size.
  ///
  /// - Returns: A tensor that the model takes.
  public func example() -> Tensor { .zeros(axes.map(\.example), elementType) }

  /// Checks a tensor from outside.
  func check(_ tensor: Tensor?) throws(ModelError) {
    guard let tensor else {
      if isOptional { return }
      throw .input("input \(name) is missing: \(elementType) \(pattern)")
    }
    let fits =
      tensor.elementType == elementType && tensor.rank == axes.count
      && zip(axes, tensor.shape).allSatisfy { $0.allows($1) }
    guard fits else {
      let least = axes.compactMap { axis -> String? in
        if case .any(let name, let least, _) = axis, least > 1 {
          return "\(name) at least \(least)"
        }
        return nil
      }
      let bounds = least.isEmpty ? "" : " with " + least.joined(separator: ", ")
      throw .input(
        """
        input \(name): expected \(elementType) \(pattern)\(bounds), got \(tensor.elementType) \
        \(tensor.shape)
        """)
    }
  }
}

/// What can be wrong with a model's configuration or inputs.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// The configuration does not describe a model.
  case configuration(String)
  /// An input does not fit the model.
  case input(String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .configuration(let reason), .input(let reason): reason
    }
  }
}

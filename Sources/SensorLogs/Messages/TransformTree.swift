public import Geometry

/// Rigid transforms between named frames, joined along the paths between them.
///
/// Frames form a graph that may be walked in both directions. Where two edges join the same frames, the later one holds.
/// A leading slash of a name (ROS 1 style) is passed over.
public struct TransformTree: Sendable {
  private struct Step: Sendable {
    var target: String
    /// `target_from_here`.
    var pose: Pose
  }

  private var steps: [String: [Step]] = [:]

  /// A tree without frames.
  public init() {}

  /// A tree of the transforms of a message.
  ///
  /// - Parameter transforms: The transforms.
  public init(_ transforms: FrameTransforms) {
    for edge in transforms.edges { add(edge) }
  }

  /// Adds a transform, or replaces the one between the same frames.
  ///
  /// - Parameter edge: The transform.
  public mutating func add(_ edge: FrameTransforms.Edge) {
    let (parent, child) = (Self.plain(edge.parent), Self.plain(edge.child))
    guard parent != child else { return }
    set(Step(target: parent, pose: edge.parentFromChild), from: child)
    set(Step(target: child, pose: edge.parentFromChild.inverse), from: parent)
  }

  private mutating func set(_ step: Step, from frame: String) {
    var list = steps[frame, default: []]
    if let index = list.firstIndex(where: { $0.target == step.target }) {
      list[index] = step
    } else {
      list.append(step)
    }
    steps[frame] = list
  }

  /// Names of all frames, sorted.
  public var frameNames: [String] { steps.keys.sorted() }

  /// The transform between two frames, over the fewest edges.
  ///
  /// - Parameters:
  ///   - target: Frame to map to.
  ///   - source: Frame to map from.
  /// - Returns: `target_from_source`; the identity when both are the same frame, known or not.
  /// - Throws: ``TransformError`` when no path joins them.
  public func pose(of target: String, from source: String) throws -> Pose {
    let (target, source) = (Self.plain(target), Self.plain(source))
    if target == source { return .identity }
    var found: [String: Pose] = [source: .identity]
    var queue = [source]
    var next = 0
    while next < queue.count {
      let frame = queue[next]
      next += 1
      guard let hereFromSource = found[frame] else { continue }
      for step in steps[frame] ?? [] where found[step.target] == nil {
        let targetFromSource = step.pose * hereFromSource
        if step.target == target { return targetFromSource }
        found[step.target] = targetFromSource
        queue.append(step.target)
      }
    }
    throw TransformError(target: target, source: source, known: frameNames)
  }

  private static func plain(_ name: String) -> String {
    name.hasPrefix("/") ? String(name.dropFirst()) : name
  }
}

/// No chain of known transforms joins two frames.
public struct TransformError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The frame to map to.
  public var target: String
  /// The frame to map from.
  public var source: String
  /// The frames that are known, sorted.
  public var known: [String]

  /// A missing connection.
  ///
  /// - Parameters:
  ///   - target: The frame to map to.
  ///   - source: The frame to map from.
  ///   - known: The frames that are known, sorted.
  public init(target: String, source: String, known: [String]) {
    self.target = target
    self.source = source
    self.known = known
  }

  /// One line for a person.
  public var description: String {
    let list = known.isEmpty ? "no transforms are known" : "known frames: " + names
    return "no transform leads from frame '\(source)' to frame '\(target)'; \(list)"
  }

  private var names: String {
    let shown = known.prefix(20).joined(separator: ", ")
    return known.count > 20 ? shown + " and \(known.count - 20) more" : shown
  }
}

/// The printed tree.
extension Module {
  /// The kind of module and its settings in one line: `Linear(784 → 100)`.
  public var title: String {
    let kind = type(of: self).kind
    return settings.isEmpty ? kind : "\(kind)(\(settings))"
  }

  /// The tree of modules, one on a line, with their settings.
  public var description: String { lines.joined(separator: "\n") }

  private var lines: [String] {
    var lines = [title]
    for (name, part) in members {
      guard case .module(let module) = part else { continue }
      var inner = module.lines
      inner[0] = "\(name): \(inner[0])"
      lines += inner.map { "  " + $0 }
    }
    return lines
  }
}

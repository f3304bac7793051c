import Foundation
public import Tensors

/// The calls of modules that are under way on this thread, and who watches them.
final class ModuleCalls {
  /// Sees every call of a module when it is done.
  typealias Watcher = (_ module: any Module, _ inputs: [Tensor], _ outputs: [Tensor]) -> Void

  private var running: [any Module] = []
  private var watchers: [Watcher] = []

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { memory in
      if let memory { Unmanaged<ModuleCalls>.fromOpaque(memory).release() }
    }
    return key
  }()

  static var current: ModuleCalls {
    if let memory = pthread_getspecific(key) {
      return Unmanaged<ModuleCalls>.fromOpaque(memory).takeUnretainedValue()
    }
    let made = ModuleCalls()
    pthread_setspecific(key, Unmanaged.passRetained(made).toOpaque())
    return made
  }

  var isWatched: Bool { !watchers.isEmpty }

  static func calling(
    _ module: any Module, _ inputs: @autoclosure () -> [Tensor], _ body: () -> [Tensor]
  ) -> [Tensor] {
    let calls = current
    calls.running.append(module)
    defer { calls.running.removeLast() }
    let outputs = body()
    if !calls.watchers.isEmpty {
      let inputs = inputs()
      for watcher in calls.watchers { watcher(module, inputs, outputs) }
    }
    return outputs
  }

  /// Calls `body` while `watcher` sees the calls on this thread.
  static func watching<Result>(
    _ watcher: @escaping Watcher, _ body: () throws -> Result
  ) rethrows -> Result {
    let calls = current
    calls.watchers.append(watcher)
    defer { calls.watchers.removeLast() }
    return try body()
  }

  /// Where a module stands in the network that is being called: `ResNet.layer2.0.conv1`.
  static func place(of module: any Module) -> String {
    guard let root = current.running.first else { return module.title }
    if root === module { return root.title }
    let name = root.namedModules.first { $0.module === module }?.name
    return name.map { "\(type(of: root).kind).\($0)" } ?? module.title
  }
}

/// Whether anybody watches the calls of modules on this thread: then none may be left out.
package var areModuleCallsWatched: Bool { ModuleCalls.current.isWatched }

extension Module {
  /// Calls `body` and keeps what modules of this tree put out meanwhile.
  ///
  /// - Parameters:
  ///   - names: Dotted names of the modules.
  ///   - body: Calls the network.
  /// - Returns: The last output of each module by its name; none for a module that was not called.
  public func outputs(
    of names: [String], while body: () throws -> Void
  ) rethrows -> [String: Tensor] {
    var wanted: [ObjectIdentifier: [String]] = [:]
    for (name, module) in namedModules where names.contains(name) {
      wanted[ObjectIdentifier(module), default: []].append(name)
    }
    var found: [String: Tensor] = [:]
    // Who watches nothing shall not keep layers from being joined.
    guard !wanted.isEmpty else {
      try body()
      return found
    }
    try ModuleCalls.watching(
      { module, _, outputs in
        for name in wanted[ObjectIdentifier(module)] ?? [] { found[name] = outputs.first }
      }, body)
    return found
  }
}

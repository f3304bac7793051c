public import Tensors

/// Everything that a training run needs in order to go on as if it had never stopped.
///
/// ```swift
/// var checkpoint = Checkpoint(epoch: epoch, batch: 0, step: step)
/// checkpoint.add("model", network.state)
/// checkpoint.add("optimiser", optimiser.state)
/// try checkpoint.write(to: "out/checkpoint.safetensors")
/// ```
///
/// It is one safetensors file that appears whole or not at all, so that a run that is killed at any moment leaves the last
/// checkpoint or the one before it.
public struct Checkpoint: Sendable {
  /// The epoch in which training goes on, counted from 0.
  public var epoch: Int
  /// The batch of that epoch with which it goes on, counted from 0.
  public var batch: Int
  /// Steps of the optimiser that are done.
  public var step: Int
  /// Texts: settings, a ``MetricLog`` as CSV.
  public var texts: [String: String] = [:]
  /// Numbers, kept exactly: sums of an unfinished epoch, best values.
  public var numbers: [String: Double] = [:]
  /// Tensors by part and name, joined by a dot.
  public private(set) var tensors: [String: Tensor] = [:]

  /// A checkpoint without content.
  ///
  /// - Parameters:
  ///   - epoch: The epoch in which training goes on.
  ///   - batch: The batch of that epoch with which it goes on.
  ///   - step: Steps of the optimiser that are done.
  public init(epoch: Int, batch: Int, step: Int) {
    self.epoch = epoch
    self.batch = batch
    self.step = step
  }

  /// Adds the tensors of one part of the run.
  ///
  /// - Parameters:
  ///   - part: Name of the part, without dots: `model`, `optimiser`.
  ///   - state: Its tensors by name; they must not change before the checkpoint is written.
  public mutating func add(_ part: String, _ state: [(name: String, value: Tensor)]) {
    for (name, value) in state { tensors["\(part).\(name)"] = value }
  }

  /// The tensors of one part.
  ///
  /// - Parameter part: Name of the part.
  /// - Returns: Its tensors by name; empty when there are none.
  public func part(_ part: String) -> [String: Tensor] {
    let prefix = part + "."
    var found: [String: Tensor] = [:]
    for (name, value) in tensors where name.hasPrefix(prefix) {
      found[String(name.dropFirst(prefix.count))] = value
    }
    return found
  }

  /// Writes the checkpoint; the file appears whole or not at all.
  ///
  /// - Parameter path: The file; one that exists is replaced.
  /// - Throws: `SafetensorsError` when it cannot be written.
  public func write(to path: String) throws(SafetensorsError) {
    var metadata = ["epoch": "\(epoch)", "batch": "\(batch)", "step": "\(step)"]
    for (name, text) in texts { metadata["text.\(name)"] = text }
    for (name, number) in numbers {
      // The bits, so that not-a-number and infinity are kept as well.
      metadata["number.\(name)"] = String(number.bitPattern, radix: 16)
    }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }

  /// Reads a checkpoint.
  ///
  /// - Parameter path: The file.
  /// - Throws: `SafetensorsError` when it cannot be read or is damaged; ``TrainingError`` when it is no checkpoint.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    func whole(_ name: String) throws -> Int {
      guard let number = file.metadata[name].flatMap({ Int($0) }), number >= 0 else {
        throw TrainingError("\(path): is no checkpoint: its \(name) is no count")
      }
      return number
    }
    self.init(epoch: try whole("epoch"), batch: try whole("batch"), step: try whole("step"))
    for (name, value) in file.metadata {
      if name.hasPrefix("text.") { texts[String(name.dropFirst(5))] = value }
      guard name.hasPrefix("number.") else { continue }
      guard let bits = UInt64(value, radix: 16) else {
        throw TrainingError("\(path): is no checkpoint: \(name) is no number")
      }
      numbers[String(name.dropFirst(7))] = Double(bitPattern: bits)
    }
    tensors = try file.tensors()
  }
}

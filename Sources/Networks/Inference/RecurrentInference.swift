import Foundation
import Tensors

/// LSTM and GRU by oneDNN where nothing is trained, with weights that are packed once and kept until
/// they change.
///
/// Calls from several threads wait for each other.
final class RecurrentInference: @unchecked Sendable {
  private struct Form: Equatable {
    var steps, batch, threads: Int
  }

  private struct Kept {
    var form: Form
    var layers: [DNNRecurrence]
  }

  private let kind: DNNRecurrence.Kind
  private let lock = NSLock()
  /// For the shapes of the last calls, the newest last.
  private var kept: [Kept] = []
  private var weights: [Tensor] = []
  private var versions: [Int] = []
  private var isImpossible = false

  /// How many shapes of sequences are prepared at the same time.
  private static let capacity = 4

  init(_ kind: DNNRecurrence.Kind) { self.kind = kind }

  /// Runs a network, if that is possible here.
  ///
  /// - Parameters:
  ///   - recurrence: The network's weights and settings.
  ///   - x: Sequences in the network's layout.
  ///   - states: The first states `[layers * directions, B, hidden]`, and cells of an LSTM.
  /// - Returns: The output and the last states; nil when libtorch has to do it.
  func run(
    _ recurrence: RecurrentParameters, _ x: Tensor, _ states: [Tensor?]
  ) -> [Tensor]? {
    let parameters = recurrence.named.map(\.parameter.value)
    guard canRun(parameters + [x] + states.compactMap { $0 }), !x.shape.contains(0) else {
      return nil
    }
    lock.lock()
    defer { lock.unlock() }
    if isImpossible { return nil }
    let input = recurrence.isBatchFirst ? x.transposed(0, 1) : x
    let form = Form(steps: input.shape[0], batch: input.shape[1], threads: TorchThreads.count)
    guard let layers = layers(recurrence, parameters, form) else { return nil }
    let directions = recurrence.isBidirectional ? 2 : 1
    let zeros = Tensor.zeros([directions, form.batch, recurrence.hidden])
    var y = input
    var last = [[Tensor]](repeating: [], count: states.count)
    for (place, layer) in layers.enumerated() {
      let range = (place * directions)..<((place + 1) * directions)
      let given = states.map { $0?.narrowed(axis: 0, to: range) ?? zeros }
      let found = layer.run(y, state: given[0], cell: states.count == 2 ? given[1] : nil)
      y = found.output
      last[0].append(found.state)
      if let cell = found.cell { last[1].append(cell) }
    }
    return [recurrence.isBatchFirst ? y.transposed(0, 1) : y]
      + last.map { $0.count == 1 ? $0[0] : .concatenated($0) }
  }

  /// Whether nothing is recorded and all tensors are of float32 on the CPU.
  private func canRun(_ tensors: [Tensor]) -> Bool {
    !OperatorTrace.isRecordingHere
      && !(isRecordingGradients && tensors.contains(where: \.requiresGradient))
      && tensors.allSatisfy { $0.elementType == .float32 && $0.device == .cpu }
  }

  private func layers(
    _ recurrence: RecurrentParameters, _ parameters: [Tensor], _ form: Form
  ) -> [DNNRecurrence]? {
    let found = parameters.map(\.changeCount)
    if found != versions || !zip(parameters, weights).allSatisfy({ $0.isSame(as: $1) }) {
      kept = []
      weights = parameters
      versions = found
    }
    if let place = kept.firstIndex(where: { $0.form == form }) {
      kept.append(kept.remove(at: place))
      return kept[kept.count - 1].layers
    }
    let all = recurrence.weights
    let directions = recurrence.isBidirectional ? 2 : 1
    do {
      let layers = try stride(from: 0, to: all.count, by: directions).map { first in
        try DNNRecurrence(
          kind, Array(all[first..<(first + directions)]), steps: form.steps, batch: form.batch)
      }
      kept.append(Kept(form: form, layers: layers))
      if kept.count > Self.capacity { kept.removeFirst() }
      return layers
    } catch {
      isImpossible = true
      return nil
    }
  }
}

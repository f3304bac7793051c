internal import CDNN
import Tensors

/// One layer of an LSTM or a GRU in oneDNN, in one or both directions, for sequences of one shape.
///
/// Weights are packed once. Used by one thread at a time.
final class DNNRecurrence {
  enum Kind {
    case lstm
    case gru

    var gates: Int { self == .lstm ? 4 : 3 }
  }

  private let table: UnsafePointer<cdnn_table>
  private let pointer: OpaquePointer
  private let kind: Kind
  private let steps: Int
  private let batch: Int
  private let hidden: Int
  private let directions: Int

  /// - Parameters:
  ///   - kind: LSTM or GRU.
  ///   - weights: One for each direction, in PyTorch's order of the gates.
  ///   - steps: Length of the sequences.
  ///   - batch: Number of sequences.
  /// - Throws: ``PreparationError`` when there is no oneDNN or it cannot do this.
  init(
    _ kind: Kind, _ weights: [RecurrentWeights], steps: Int, batch: Int
  ) throws(PreparationError) {
    let table = try DNNLibrary.table()
    self.table = table
    self.kind = kind
    self.steps = steps
    self.batch = batch
    let hidden = weights[0].hidden.shape[1]
    self.hidden = hidden
    directions = weights.count
    let (input, state, bias) = Self.packed(kind, weights, hidden)
    var made: OpaquePointer?
    let status = input.withUnsafeBufferPointer { input in
      state.withUnsafeBufferPointer { state in
        bias.withUnsafeBufferPointer { bias in
          guard let input = input.baseAddress, let state = state.baseAddress,
            let bias = bias.baseAddress
          else { return cdnn_status(cdnn_failed) }
          var form = cdnn_recurrence_form(
            kind: Int32(kind == .lstm ? cdnn_lstm : cdnn_gru),
            is_bidirectional: weights.count == 2 ? 1 : 0,
            threads: Int32(clamping: TorchThreads.count), steps: Int64(steps),
            batch: Int64(batch), inputs: Int64(weights[0].input.shape[1]), hidden: Int64(hidden),
            weight_input: input, weight_state: state, bias: bias)
          return table.pointee.recurrence_create(&form, &made)
        }
      }
    }
    guard status == cdnn_ok, let made else {
      throw .failed(operation: "recurrence", reason: String(cString: table.pointee.last_error()))
    }
    pointer = made
  }

  deinit { table.pointee.recurrence_release(pointer) }

  /// Runs over sequences.
  ///
  /// - Parameters:
  ///   - x: `[T, B, in]`.
  ///   - state: `[directions, B, hidden]`.
  ///   - cell: Likewise, for an LSTM.
  /// - Returns: The states at every time, `[T, B, directions * hidden]`, and the last ones.
  func run(
    _ x: Tensor, state: Tensor, cell: Tensor?
  ) -> (output: Tensor, state: Tensor, cell: Tensor?) {
    let shape = [directions, batch, hidden]
    var last = (state: Tensor.zeros(shape), cell: cell.map { _ in Tensor.zeros(shape) })
    let output = Tensor(shape: [steps, batch, directions * hidden], of: Float.self) { result in
      x.withUnsafeElements(of: Float.self) { x in
        state.withUnsafeElements(of: Float.self) { state in
          last.state.withUnsafeMutableElements(of: Float.self) { lastState in
            func call(
              _ cell: UnsafePointer<Float>?, _ lastCell: UnsafeMutablePointer<Float>?
            ) {
              guard let x = x.baseAddress, let state = state.baseAddress,
                let result = result.baseAddress, let lastState = lastState.baseAddress
              else { return }
              let status = table.pointee.recurrence_run(
                pointer, x, state, cell, result, lastState, lastCell)
              require(
                status == cdnn_ok, "oneDNN: \(String(cString: table.pointee.last_error()))")
            }
            guard let cell else { return call(nil, nil) }
            cell.withUnsafeElements(of: Float.self) { cell in
              _ = last.cell?.withUnsafeMutableElements(of: Float.self) { lastCell in
                call(cell.baseAddress, lastCell.baseAddress)
              }
            }
          }
        }
      }
    }
    return (output, last.state, last.cell)
  }

  /// Weights of all directions one behind the other, in oneDNN's order of the gates: an LSTM's is
  /// PyTorch's; a GRU's begins with the update gate, and has a bias of its own for the part of the
  /// state that the reset gate acts on.
  private static func packed(
    _ kind: Kind, _ weights: [RecurrentWeights], _ hidden: Int
  ) -> (input: [Float], state: [Float], bias: [Float]) {
    let order = kind == .lstm ? [0, 1, 2, 3] : [1, 0, 2]
    func array(_ tensor: Tensor) -> [Float] { tensor.detached().array(of: Float.self) }
    func reordered(_ tensor: Tensor) -> [Float] {
      let values = array(tensor)
      let size = values.count / kind.gates
      return order.flatMap { values[($0 * size)..<(($0 + 1) * size)] }
    }
    let zeros = Tensor.zeros([kind.gates * hidden])
    let biases = weights.flatMap { weights -> [Float] in
      let first = reordered(weights.inputBias ?? zeros)
      let second = reordered(weights.hiddenBias ?? zeros)
      let sums: [Float] = zip(first, second).map { $0 + $1 }
      if kind == .lstm { return sums }
      let kept = 2 * hidden
      return Array(sums.prefix(kept)) + Array(first.dropFirst(kept))
        + Array(second.dropFirst(kept))
    }
    return (
      weights.flatMap { reordered($0.input) }, weights.flatMap { reordered($0.hidden) }, biases
    )
  }
}

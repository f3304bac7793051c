import Networks
import Tensors
import Testing

struct RecurrentInferenceTests {
  private struct Case: Sendable, CustomStringConvertible {
    var layers = 1
    var bias = true
    var both = false
    var batchFirst = false
    var description: String { "\(layers) layers, bias \(bias), both \(both), batch first \(batchFirst)" }
  }

  private static let cases = [
    Case(), Case(layers: 3), Case(bias: false), Case(both: true),
    Case(layers: 2, both: true, batchFirst: true), Case(layers: 2, batchFirst: true),
  ]

  private func random(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  private func differs(_ a: [Tensor], _ b: [Tensor]) -> Bool {
    zip(a, b).contains { $0.shape != $1.shape || !$0.isClose(to: $1, relative: 0, absolute: 1e-5) }
  }

  @Test(arguments: cases.indices)
  func `LSTM and GRU of oneDNN equal those of libtorch`(place: Int) {
    let form = Self.cases[place]
    let lstm = LSTM(
      7, 12, layers: form.layers, bias: form.bias, isBidirectional: form.both,
      isBatchFirst: form.batchFirst
    ).initialized(seed: 3)
    let gru = GRU(
      7, 12, layers: form.layers, bias: form.bias, isBidirectional: form.both,
      isBatchFirst: form.batchFirst
    ).initialized(seed: 4)
    lstm.evaluate()
    gru.evaluate()
    let x = random(form.batchFirst ? [3, 9, 7] : [9, 3, 7])
    let states = (0..<2).map { random([form.layers * (form.both ? 2 : 1), 3, 12], seed: 5 + $0) }
    for given in [true, false] {
      let (h, c) = given ? (states[0], states[1]) : (nil, nil)
      func run() -> [Tensor] {
        let (a, b) = (lstm(x, state: h, cell: c), gru(x, state: h))
        return [a.output, a.state, a.cell, b.output, b.state].map { $0.detached() }
      }
      // With gradients recorded libtorch computes.
      let (expected, found) = (run(), withoutGradients(run))
      #expect(!differs(found, expected))
      let again = withoutGradients(run)
      #expect(zip(found, again).allSatisfy { $0.isEqual(to: $1) })
    }
  }

  @Test func `states carried over two calls equal one call`() {
    let lstm = LSTM(4, 6, layers: 2).initialized(seed: 3)
    lstm.evaluate()
    let x = random([8, 2, 4])
    withoutGradients {
      let whole = lstm(x)
      let first = lstm(x.narrowed(axis: 0, to: 0..<3))
      let second = lstm(x.narrowed(axis: 0, to: 3..<8), state: first.state, cell: first.cell)
      let joined = Tensor.concatenated([first.output, second.output])
      #expect(
        !differs(
          [joined, second.state, second.cell], [whole.output, whole.state, whole.cell]))
    }
  }

  @Test func `changed weights are seen, however they are changed`() {
    for bias in [true, false] {
      let gru = GRU(4, 6, bias: bias).initialized(seed: 3)
      gru.evaluate()
      let x = random([5, 2, 4])
      func check() -> Bool {
        let expected = gru(x).output.detached()
        return !differs([withoutGradients { gru(x).output }], [expected])
      }
      #expect(check())
      gru.initialized(seed: 8)
      #expect(check())
      // In place, as optimisers do.
      let optimizer = SGD(gru, learningRate: 0.5)
      let loss = (gru(x).output * gru(x).output).sum()
      optimizer.update(Gradients(of: loss, withRespectTo: gru.parameters))
      #expect(check())
      gru.parameters[0].value = gru.parameters[0].value.detached() * 2
      #expect(check())
      gru.freeze()
      #expect(check())
    }
  }

  @Test func `training, float64 and a recorded network stay with libtorch`() throws {
    let lstm = LSTM(4, 6, layers: 2, dropout: 0.5).initialized(seed: 3)
    let x = random([5, 2, 4])
    lstm.train(using: try TorchGenerator(seed: 1))
    let noisy = withoutGradients { lstm(x).output }
    lstm.evaluate()
    let sure = withoutGradients { lstm(x).output }
    #expect(!noisy.isClose(to: sure))
    let prepared = try lstm.preparedForInference(examples: [x]) { [lstm($0[0]).output] }
    #expect(prepared([x])[0].isClose(to: sure, relative: 0, absolute: 1e-5))
    lstm.convert(to: .float64)
    let precise = withoutGradients { lstm(x.converted(to: .float64)).output }
    #expect(precise.converted(to: .float32).isClose(to: sure, relative: 0, absolute: 1e-5))
  }
}

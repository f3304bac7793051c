import Foundation
import Networks
import Tensors
import Testing

struct ConvolutionalRecurrenceTests {
  private func random(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .normal(shape, .float64, using: &generator)
  }

  @Test func `gradients equal central differences`() {
    let (x, h) = (random([1, 2, 2, 3, 3]), random([1, 2, 3, 3], seed: 2))
    let rnn = ConvRNN(2, 2, layers: 2).initialized(seed: 1)
    rnn.convert(to: .float64)
    #expect(
      moduleGradientErrors(rnn, [x, h, h * 0.5]) { rnn($0[0], state: [[$0[1]], [$0[2]]]).output }
        == [])
    let gru = ConvGRU(2, 2).initialized(seed: 1)
    gru.convert(to: .float64)
    #expect(moduleGradientErrors(gru, [x, h]) { gru($0[0], state: [[$0[1]]]).output } == [])
    for peepholes in [nil, (height: 3, width: 3)] {
      let lstm = ConvLSTM(2, 2, peepholes: peepholes).initialized(seed: 1)
      lstm.convert(to: .float64)
      let errors = moduleGradientErrors(lstm, [x, h, h * 0.5]) { values in
        let found = lstm(values[0], state: [[values[1], values[2]]])
        return Tensor.concatenated([found.output.selected(axis: 1, at: 1), found.state[0][1]])
      }
      #expect(errors == [])
    }
  }

  /// With 1x1 maps, one channel and every weight w, bias b, state h and cell c, by hand.
  @Test func `one step on one pixel has the values of the equations`() {
    let (x, h, c, w, b) = (0.7, -0.4, 0.9, 0.5, 0.1)
    func σ(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    func map(_ number: Double, _ rank: Int = 4) -> Tensor {
      Tensor([number], shape: [Int](repeating: 1, count: rank))
    }
    func fill(_ network: some Module) {
      var unused = SeededGenerator(seed: 0)
      network.convert(to: .float64)
      network.initialize(using: &unused) { name, _ in .constant(name.hasSuffix("bias") ? b : w) }
    }
    let rnn = ConvRNN(1, 1, kernel: 1)
    fill(rnn)
    let plain = rnn(map(x, 5), state: [[map(h)]]).output.item(of: Double.self)
    #expect(abs(plain - tanh(w * x + b + w * h)) < 1e-12)

    let gru = ConvGRU(1, 1, kernel: 1)
    fill(gru)
    let gate = σ(w * x + b + w * h)
    let n = tanh(w * x + b + w * gate * h)
    let gated = gru(map(x, 5), state: [[map(h)]]).output.item(of: Double.self)
    #expect(abs(gated - ((1 - gate) * n + gate * h)) < 1e-12)

    for hole in [0, w] {
      let lstm = ConvLSTM(1, 1, kernel: 1, peepholes: hole == 0 ? nil : (height: 1, width: 1))
      fill(lstm)
      let sum = w * x + b + w * h
      let open = σ(sum + hole * c)
      let next = open * c + open * tanh(sum)
      let found = lstm(map(x, 5), state: [[map(h), map(c)]])
      #expect(abs(found.state[0][1].item(of: Double.self) - next) < 1e-12)
      #expect(
        abs(found.output.item(of: Double.self) - σ(sum + hole * next) * tanh(next)) < 1e-12)
    }
  }

  @Test func `gates stand in the documented order`() {
    // Only one gate's bias is moved: what changes tells which one it is.
    let gru = ConvGRU(1, 1, kernel: 1).initialized(seed: 1)
    gru.convert(to: .float64)
    let bias = gru.namedParameters.first { $0.name == "cells.0.input.bias" }?.parameter
    for (_, parameter) in gru.namedParameters { parameter.value = parameter.value.detached() * 0 }
    bias?.value = Tensor([0.0, 100, 3])
    let one = Tensor([1.0], shape: [1, 1, 1, 1, 1])
    // z = 1 keeps the state.
    #expect(gru(one, state: [[one[0] * 0.25]]).output.item(of: Double.self) == 0.25)
    let lstm = ConvLSTM(1, 1, kernel: 1).initialized(seed: 1)
    lstm.convert(to: .float64)
    for (_, parameter) in lstm.namedParameters { parameter.value = parameter.value.detached() * 0 }
    lstm.namedParameters.first { $0.name == "cells.0.input.bias" }?.parameter.value =
      Tensor([-100.0, 100, 3, 100])
    let found = lstm(one, state: [[one[0], one[0] * 0.25]])
    #expect(abs(found.state[0][1].item(of: Double.self) - 0.25) < 1e-12)
    #expect(abs(found.output.item(of: Double.self) - tanh(0.25)) < 1e-12)
  }

  @Test func `a state carried over two calls equals one call`() {
    let x = random([2, 5, 2, 4, 3])
    func check<Cell>(_ network: ConvolutionalRecurrence<Cell>) {
      network.initialized(seed: 4).convert(to: .float64)
      let whole = network(x)
      let first = network(x.narrowed(axis: 1, to: 0..<2))
      let second = network(x.narrowed(axis: 1, to: 2..<5), state: first.state)
      let joined = Tensor.concatenated([first.output, second.output], axis: 1)
      #expect(joined.isClose(to: whole.output, relative: 0, absolute: 1e-12))
      #expect(whole.output.shape == [2, 5, 3, 4, 3])
      for (a, b) in zip(whole.state.joined(), second.state.joined()) {
        #expect(a.isClose(to: b, relative: 0, absolute: 1e-12))
      }
    }
    check(ConvRNN(2, 3, layers: 2))
    check(ConvGRU(2, 3, kernel: 5, layers: 2))
    check(ConvLSTM(2, 3, layers: 2, peepholes: (height: 4, width: 3)))
  }

  @Test func `truncated gradients are full ones when nothing is cut`() {
    let network = ConvLSTM(1, 2).initialized(seed: 4)
    network.convert(to: .float64)
    let x = random([1, 6, 1, 3, 3]).requiringGradient()
    func gradient(every steps: Int) -> (output: Tensor, gradient: Tensor) {
      let output = runTruncated(x, axis: 1, every: steps) { part, state in
        let found = network(part, state: state.map { [$0] })
        return (found.output, found.state[0])
      }.output
      let last = output.selected(axis: 1, at: 5).sum()
      return (output.detached(), gradients(of: last, withRespectTo: [x])[0])
    }
    let whole = network(x).output
    let full = gradients(of: whole.selected(axis: 1, at: 5).sum(), withRespectTo: [x])[0]
    for steps in [6, 9] { #expect(gradient(every: steps).gradient.isClose(to: full)) }
    for steps in [1, 2, 4] {
      let found = gradient(every: steps)
      #expect(found.output.isClose(to: whole.detached()))
      // The last cut lies before frame 5, 4 and 4: earlier frames get nothing, neither through the
      // output nor through the cell.
      let cut = 5 / steps * steps
      #expect(found.gradient.narrowed(axis: 1, to: 0..<cut).abs().sum().item(of: Double.self) == 0)
      #expect(found.gradient.narrowed(axis: 1, to: cut..<6).abs().sum().item(of: Double.self) > 0)
    }
  }

  @Test func `truncation of an LSTM detaches both states`() {
    let network = LSTM(2, 3).initialized(seed: 4)
    network.convert(to: .float64)
    let x = random([5, 1, 2]).requiringGradient()
    let found = runTruncated(x, every: 3) { part, state in
      let found = network(part, state: state?[0], cell: state?[1])
      return (found.output, [found.state, found.cell])
    }
    let gradient = gradients(of: found.state[1].sum(), withRespectTo: [x])[0]
    #expect(gradient.narrowed(axis: 0, to: 0..<3).abs().sum().item(of: Double.self) == 0)
    #expect(gradient.narrowed(axis: 0, to: 3..<5).abs().sum().item(of: Double.self) > 0)
    #expect(found.output.detached().isClose(to: network(x).output.detached()))
  }
}

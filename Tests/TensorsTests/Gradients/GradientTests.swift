import TestSupport
import Testing

@testable import Tensors

private func expectGradients(
  of function: ([Tensor]) -> Tensor, at inputs: [Tensor], tolerance: Double = 1e-7,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    gradientErrors(of: function, at: inputs, tolerance: tolerance) == [],
    sourceLocation: sourceLocation)
}

private func cube(_ x: Tensor) -> Tensor {
  differentiable("cube", [x]) { inputs in
    [inputs[0].pow(3)]
  } backward: { pass in
    [pass.gradients[0] * 3 * pass.inputs[0].pow(2)]
  }[0]
}

@Suite("Gradients")
struct GradientTests {
  private let x = Tensor([0.3, -0.7, 1.2, 0.9, -1.5, 0.4], shape: [2, 3])
  private let w = Tensor([0.5, -0.2, 0.8, 1.1, -0.6, 0.3], shape: [3, 2])

  @Test func `gradients agree with finite differences`() {
    expectGradients(of: { $0[0].matmul($0[1]).tanh().square().sum() }, at: [x, w])
    expectGradients(
      of: { ($0[0].exp() / ($0[0].square() + 1)).mean(axis: 1).norm() }, at: [x])
    expectGradients(
      of: { Tensor.concatenated([$0[0].transposed(), $0[1]]).sigmoid().variance() }, at: [x, w])
    expectGradients(of: { ($0[0][1, 0..<2] * $0[0][0, 1...]).sum() }, at: [x])
  }

  @Test func `assigning to a part of a recorded tensor is recorded`() {
    expectGradients(
      of: { inputs in
        var y = inputs[0] * 2
        y[0] = inputs[1].transposed()[0].square()
        return (y * y).sum()
      }, at: [x, w])
  }

  @Test func `second derivatives come from recorded gradients`() {
    let x = Tensor([2.0, -3]).requiringGradient()
    let first = gradients(of: x.pow(3).sum(), withRespectTo: [x], recording: true)[0]
    #expect(first.array(of: Double.self) == [12, 27])
    let second = gradients(of: first.sum(), withRespectTo: [x])[0]
    #expect(second.array(of: Double.self) == [12, -18])
  }

  @Test func `an output is weighted by its gradient, and unused inputs get zeros`() {
    let x = Tensor([1.0, 2]).requiringGradient()
    let unused = Tensor([5.0]).requiringGradient()
    let found = gradients(
      of: x * x, withRespectTo: [x, unused], outputGradient: Tensor([10.0, 1]))
    #expect(found[0].array() == [20.0, 4])
    #expect(found[1].array() == [0.0])
  }

  @Test func `nothing is recorded without gradients, in inference mode and after detaching`() {
    let x = Tensor([1.0]).requiringGradient()
    #expect((x * 2).requiresGradient)
    #expect(!withoutGradients { x * 2 }.requiresGradient)
    #expect(!inInferenceMode { x * 2 }.requiresGradient)
    #expect(!(x.detached() * 2).requiresGradient)
    #expect((x * 2).requiresGradient)
    #expect(!Tensor([1.0]).requiresGradient)
  }

  @Test func `a hook sees and replaces a gradient`() {
    let x = Tensor([1.0, 2]).requiringGradient()
    let y = x * 3
    y.onGradient { $0 * 10 }
    #expect(gradients(of: y.sum(), withRespectTo: [x])[0].array() == [30.0, 30])
  }

  @Test func `a graph can be used twice when it is kept`() {
    let x = Tensor([3.0]).requiringGradient()
    let y = cube(x).sum()
    let first = gradients(of: y, withRespectTo: [x], keepingGraph: true)[0]
    let second = gradients(of: y, withRespectTo: [x])[0]
    #expect(first.array() == [27.0] && second.array() == [27.0])
  }

  @Test func `an input without history is a mistake that names its shape`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let x = Tensor([1.0, 2]).requiringGradient()
      _ = gradients(of: (x * x).sum(), withRespectTo: [Tensor.zeros([4])])
    }
    #expect(text(result).contains("the input of shape [4] does not require gradients"))
  }
}

@Suite("Custom differentiable operations")
struct DifferentiableOperationTests {
  private let x = Tensor([0.3, -0.7, 1.2])
  private let y = Tensor([1.5, 0.2, -0.4])

  /// (a b, exp(a)) with the second output used in its own derivative.
  private func productAndExponential(_ a: Tensor, _ b: Tensor) -> [Tensor] {
    differentiable("productAndExponential", [a, b]) { inputs in
      [inputs[0] * inputs[1], inputs[0].exp()]
    } backward: { pass in
      [
        pass.gradients[0] * pass.inputs[1] + pass.gradients[1] * pass.outputs[1],
        pass.isNeeded[1] ? pass.gradients[0] * pass.inputs[0] : nil,
      ]
    }
  }

  @Test func `its gradients agree with finite differences inside a larger graph`() {
    expectGradients(of: { (cube($0[0].sin()) * $0[1]).sum() }, at: [x, y])
    expectGradients(
      of: { inputs in
        let found = self.productAndExponential(inputs[0].tanh(), inputs[1])
        return (found[0].square() + found[1]).sum()
      }, at: [x, y])
  }

  @Test func `an output that is not used has the gradient zero`() {
    expectGradients(of: { self.productAndExponential($0[0], $0[1])[1].sum() }, at: [x, y])
  }

  @Test func `second derivatives go through inputs and outputs`() {
    expectGradients(
      of: { inputs in
        // Taken for plain numbers too, where the first derivative is needed as well.
        let a = inputs[0].requiresGradient ? inputs[0] : inputs[0].requiringGradient()
        let found = self.productAndExponential(a, inputs[1])
        let first = gradients(
          of: (found[0] * found[1]).sum(), withRespectTo: [a], recording: true)[0]
        return first.square().sum()
      }, at: [x, y], tolerance: 1e-6)
  }

  @Test func `a backward pass may compute gradients itself`() {
    // Computes the forward pass a second time instead of keeping what lies between.
    @Sendable func heavy(_ x: Tensor) -> Tensor { (x.sin() * x.exp()).square() }
    expectGradients(
      of: { inputs in
        let y = differentiable("recomputed", [inputs[0].tanh()]) {
          [heavy($0[0])]
        } backward: {
          pass in
          withGradients {
            let leaf = pass.inputs[0].requiringGradient()
            return gradients(
              of: heavy(leaf), withRespectTo: [leaf], outputGradient: pass.gradients[0])
          }
        }
        return y[0].sum()
      }, at: [x])
  }

  @Test func `the closure lives as long as the graph and no longer`() {
    final class Marker: Sendable {}
    weak var alive: Marker?
    do {
      let marker = Marker()
      alive = marker
      let leaf = x.requiringGradient()
      let outputs = differentiable("kept", [leaf]) {
        [$0[0] * 2]
      } backward: { pass in
        withExtendedLifetime(marker) { [pass.gradients[0] * 2] }
      }
      #expect(alive != nil)
      #expect(gradients(of: outputs[0].sum(), withRespectTo: [leaf])[0].array() == [2.0, 2, 2])
    }
    #expect(alive == nil)
  }

  @Test func `nothing is kept when no input requires gradients`() {
    final class Marker: Sendable {}
    weak var alive: Marker?
    let outputs: [Tensor]
    do {
      let marker = Marker()
      alive = marker
      outputs = differentiable("dropped", [x]) {
        [$0[0] * 2]
      } backward: { pass in
        withExtendedLifetime(marker) { [pass.gradients[0]] }
      }
    }
    #expect(alive == nil && !outputs[0].requiresGradient)
    #expect(outputs[0].array() == [0.6, -1.4, 2.4])
  }

  @Test func `whole-number outputs carry no gradient`() {
    let leaf = x.requiringGradient()
    let found = differentiable("largest", [leaf]) { inputs in
      [inputs[0].max(), inputs[0].argMax()]
    } backward: { pass in
      let chosen = Tensor.arange(pass.inputs[0].count) .== pass.outputs[1]
      return [pass.gradients[0] * chosen.converted(to: .float64)]
    }
    #expect(found[0].requiresGradient && !found[1].requiresGradient)
    #expect(gradients(of: found[0], withRespectTo: [leaf])[0].array() == [0.0, 0, 1])
  }

  @Test func `a gradient of the wrong shape is a mistake that names the operation`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let leaf = Tensor([1.0, 2]).requiringGradient()
      let y = differentiable("halves", [leaf]) {
        $0
      } backward: { _ in
        [Tensor([1.0])]
      }
      _ = gradients(of: y[0].sum(), withRespectTo: [leaf])
    }
    #expect(text(result).contains("halves: a gradient of shape [1] for an input of shape [2]"))
  }
}

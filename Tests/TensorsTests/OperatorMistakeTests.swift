import TestSupport
import Testing

@testable import Tensors

/// Mistakes end the process with a message that holds both shapes.
@Suite("Mistakes in shapes")
struct OperatorMistakeTests {
  @Test func `a convolution names the shapes of input and weight`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([1, 3, 8, 8]).convolution(.zeros([4, 2, 3, 3]))
    }
    #expect(
      text(result).contains(
        "convolution: a weight of shape [4, 2, 3, 3] in 1 groups does not fit an input of shape "
          + "[1, 3, 8, 8]"))
  }

  @Test func `a kernel larger than the input is named`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([1, 1, 2, 2]).maxPool(axes: 2, 5, padding: 1)
    }
    #expect(text(result).contains("maxPool: a kernel of [5, 5]"))
  }

  @Test func `a linear layer names the shapes of input and weight`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 5]).linear(.zeros([3, 4]))
    }
    #expect(
      text(result).contains(
        "linear: a weight of shape [3, 4] does not fit an input of shape [2, 5]"))
  }

  @Test func `labels that do not fit the scores are named`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 5]).crossEntropy(Tensor([Int64(1), 2, 3]))
    }
    #expect(text(result).contains("labels of int64 and shape [3] for scores of shape [2, 5]"))
  }

  @Test func `an equation that does not fit is named`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.einsum("ij,jk->ik", .zeros([2, 3]), .zeros([4, 5]))
    }
    #expect(text(result).contains("the axis \"j\" of \"ij,jk->ik\" has two lengths"))
  }

  @Test func `weights of a recurrent layer are named with those expected`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([5, 2, 3]).lstm([
        RecurrentWeights(input: .zeros([16, 4]), hidden: .zeros([16, 4]))
      ])
    }
    #expect(text(result).contains("expected are [16, 3], [16, 4] and [16]"))
  }

  @Test func `singular matrices are errors, not mistakes`() {
    #expect(throws: TensorError.self) { try Tensor.zeros([2, 2]).inverse() }
    #expect(throws: TensorError.self) { try Tensor.zeros([2, 2]).solve(.ones([2])) }
    #expect(throws: TensorError.self) { try (-Tensor.eye(2)).cholesky() }
  }
}

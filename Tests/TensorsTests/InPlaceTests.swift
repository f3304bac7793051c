import TestSupport
import Testing

@testable import Tensors

@Suite("Changes in place")
struct InPlaceTests {
  @Test func `every change has its value`() {
    let (a, b) = (Tensor([6.0, 8]), Tensor([2.0, 4]))
    func changed(_ change: (inout Tensor) -> Void) -> [Double] {
      var x = a * 1
      change(&x)
      return x.array()
    }
    #expect(changed { $0.formAddition(of: b, scale: 0.5) } == [7, 10])
    #expect(changed { $0.formAddition(of: 1.5) } == [7.5, 9.5])
    #expect(changed { $0.formAddition(ofProduct: b, b, scale: 2) } == [14, 40])
    #expect(changed { $0.formAddition(ofQuotient: a, by: b, scale: -1) } == [3, 6])
    #expect(changed { $0.formProduct(with: 0.5) } == [3, 4])
    #expect(changed { $0.formProduct(with: b) } == [12, 32])
    #expect(changed { $0.formQuotient(by: b) } == [3, 2])
    #expect(changed { $0.formInterpolation(towards: b, weight: 0.25) } == [5, 7])
    #expect(changed { $0.formMaximum(with: Tensor([7.0, 1])) } == [7, 8])
    #expect(
      changed { x in
        x.formAddition(of: Tensor([3.0, 1])); x.formSquareRoot()
      } == [3, 3])
    #expect(changed { $0.assign(Tensor([Float(1)])) } == [1, 1])
    #expect(changed { $0.fill(with: 4) } == [4, 4])
    #expect(a.array() == [6.0, 8])
  }

  @Test func `memory that nobody else sees is kept, other memory is copied`() {
    var x = Tensor([1.0, 2]) * 2
    let before = x.withUnsafeBytes { $0.baseAddress }
    x.formAddition(of: 1)
    #expect(x.withUnsafeBytes { $0.baseAddress } == before)
    let copy = x
    x.formAddition(of: 1)
    #expect(copy.array() == [3.0, 5] && x.array() == [4.0, 6])
    let view = x[0..<1]
    x.formProduct(with: 10)
    #expect(view.array() == [4.0] && x.array() == [40.0, 60])
  }

  @Test func `a view of lent memory is copied before it is changed`() {
    // The lending tensor goes away; its memory still belongs to `a`.
    let a = Tensor([1.0, 2, 3, 4])
    var t = a.reshaped(2, 2).transposed()
    t[0, 0] = Tensor([9.0])
    var u = a.reshaped(2, 2).transposed()
    u.formAddition(of: 1)
    u.withUnsafeMutableElements(of: Double.self) { $0[0] = 100 }
    #expect(a.array() == [1.0, 2, 3, 4])
    #expect(t.array() == [9.0, 3, 2, 4])
  }

  @Test func `a leaf stays a leaf and keeps its memory while a loss is alive`() {
    var w = (Tensor([1.0, 2]) * 1).requiringGradient()
    w = (w.detached() * 1).requiringGradient()
    let loss = (w * w).sum()
    let slope = gradients(of: loss, withRespectTo: [w])[0]
    let before = w.detached().withUnsafeBytes { $0.baseAddress }
    withoutGradients { w.formAddition(of: slope, scale: -0.25) }
    #expect(w.requiresGradient && w.array() == [0.5, 1.0])
    #expect(w.detached().withUnsafeBytes { $0.baseAddress } == before)
    #expect(loss.item() == 5.0)
    #expect(gradients(of: (w * w).sum(), withRespectTo: [w])[0].array() == [1.0, 2])
  }

  @Test func `a graph that is kept sees the old elements`() {
    var w = (Tensor([3.0]) * 1).requiringGradient()
    let leaf = w
    let loss = (w * w).sum()
    _ = gradients(of: loss, withRespectTo: [w], keepingGraph: true)
    withoutGradients { w.formAddition(of: 1) }
    #expect(w.array() == [4.0])
    #expect(gradients(of: loss, withRespectTo: [leaf])[0].array() == [6.0])
  }

  @Test func `changing a recorded tensor is a mistake`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var x = Tensor([1.0, 2]).requiringGradient()
      x.formAddition(of: 1)
    }
    #expect(text(result).contains("that requires gradients can be changed in place only"))
  }

  @Test func `gradients that are known to be zero can be read and changed`() {
    // The second derivative of a piecewise linear function, which libtorch gives without memory.
    let x = Tensor([1.0, 2, 3]).requiringGradient()
    let first = gradients(of: (x * x).median(axis: 0).values, withRespectTo: [x], recording: true)[
      0]
    var second = gradients(of: first.sum(), withRespectTo: [x])[0]
    second.formAddition(of: 1)
    #expect(second.array() == [1.0, 3, 1])
    #expect(x.median(axis: 0).values.item() == 2.0)
  }
}

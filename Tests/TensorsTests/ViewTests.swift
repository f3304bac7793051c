import Testing

@testable import Tensors

@Suite("Views, slices and joining")
struct ViewTests {
  /// On the host, and seen by libtorch: both paths must agree.
  private static var both: [Tensor] {
    let host = Tensor((0..<24).map { Int32($0) }, shape: [2, 3, 4])
    let seen = Tensor((0..<24).map { Int32($0) }, shape: [2, 3, 4])
    return [host, seen + 0]
  }

  private func expect(
    _ tensor: Tensor, _ values: [Int32], _ shape: [Int],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(tensor.shape == shape, sourceLocation: sourceLocation)
    #expect(tensor.array(of: Int32.self) == values, sourceLocation: sourceLocation)
  }

  @Test(arguments: both) func `reshaping keeps the order`(x: Tensor) {
    expect(x.reshaped(4, -1), Array(0..<24), [4, 6])
    expect(x.flattened(), Array(0..<24), [24])
    expect(x.flattened(from: 1), Array(0..<24), [2, 12])
    expect(x.unsqueezed(-1), Array(0..<24), [2, 3, 4, 1])
    expect(x.unsqueezed(0).squeezed(), Array(0..<24), [2, 3, 4])
    expect(x.reshaped(2, 1, 12, 1).squeezed(1), Array(0..<24), [2, 12, 1])
  }

  @Test(arguments: both) func `ranges, indices and steps choose parts`(x: Tensor) {
    expect(x[1], Array(12..<24), [3, 4])
    expect(x[-1, 0], [12, 13, 14, 15], [4])
    expect(x[1, 2, 3], [23], [])
    expect(x[0, 1..<3], Array(4..<12), [2, 4])
    expect(x[0..., 2...2, 2...], [10, 11, 22, 23], [2, 1, 2])
    expect(x[..<1, ...1, 0], [0, 4], [1, 2])
    expect(x[0, 0, stride(from: 1, to: 4, by: 2)], [1, 3], [2])
    expect(x[1..<1], [], [0, 3, 4])
    expect(x.selected(axis: 0, at: 1).narrowed(axis: 0, to: 1..<2), [16, 17, 18, 19], [1, 4])
    #expect(x.unstacked(axis: 1).map(\.shape) == [[2, 4], [2, 4], [2, 4]])
  }

  @Test(arguments: both) func `axes change places`(x: Tensor) {
    expect(x[0].transposed(), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], [4, 3])
    #expect(x.permuted(2, 0, 1).shape == [4, 2, 3])
    expect(x.permuted(2, 0, 1)[1], [1, 5, 9, 13, 17, 21], [2, 3])
    expect(x.permuted(2, 0, 1).permuted(1, 2, 0), Array(0..<24), [2, 3, 4])
    expect(x[0, 0..., 0...0].expanded(to: [3, 2]), [0, 0, 4, 4, 8, 8], [3, 2])
  }

  @Test func `parts of a host tensor share its memory`() {
    let x = Tensor((0..<24).map { Int32($0) }, shape: [6, 4])
    let start = x.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    let part = x[2..<4].reshaped(8)
    part.withUnsafeBytes { #expect(UInt(bitPattern: $0.baseAddress) == start + 32) }
    #expect((part + 1).array(of: Int32.self) == Array(9..<17))
  }

  @Test(arguments: both) func `assigning to a part changes this value only`(x: Tensor) {
    var y = x
    y[0, 1] = Tensor([-1] as [Int32])
    y[1, 0..., 3] = Tensor([7, 8, 9] as [Int32])
    #expect(x.array(of: Int32.self) == Array(0..<24))
    expect(y[0], [0, 1, 2, 3, -1, -1, -1, -1, 8, 9, 10, 11], [3, 4])
    expect(y[1, 0..., 3], [7, 8, 9], [3])
    let view = y[0]
    y[0, 0, 0] = Tensor([99] as [Int32])
    #expect(y.array(of: Int32.self)[0] == 99)
    #expect(view.array(of: Int32.self)[0] == 0)
  }

  @Test(arguments: both) func `joining and parting are inverse`(x: Tensor) {
    let parts = x.split([1, 2], axis: 1)
    #expect(parts.map(\.shape) == [[2, 1, 4], [2, 2, 4]])
    expect(.concatenated(parts, axis: 1), Array(0..<24), [2, 3, 4])
    expect(.stacked([x[0], x[1]]), Array(0..<24), [2, 3, 4])
    #expect(Tensor.stacked([x[0], x[1]], axis: -1).shape == [3, 4, 2])
    expect(x[0, 0].repeated([2, 1]), [0, 1, 2, 3, 0, 1, 2, 3], [2, 4])
    expect(x[0, 0].flipped(0), [3, 2, 1, 0], [4])
  }

  @Test(arguments: both) func `indices choose elements`(x: Tensor) {
    expect(
      x[0].selected(axis: 0, at: Tensor([2, 0] as [Int64])), [8, 9, 10, 11, 0, 1, 2, 3], [2, 4])
    expect(
      x[0].gathered(axis: 1, at: Tensor([3, 0, 1] as [Int64], shape: [3, 1])), [3, 4, 9], [3, 1])
    expect(
      Tensor([0, 0, 0] as [Int32]).scatterAdded(
        axis: 0, at: Tensor([1, 1, 2] as [Int64]), Tensor([5, 6, 7] as [Int32])), [0, 11, 7], [3])
    #expect((x[0, 0] .> 1).nonzero().array(of: Int64.self) == [2, 3])
  }

  @Test func `made tensors hold what they should`() {
    #expect(Tensor.zeros([2], .int16).array(of: Int16.self) == [0, 0])
    #expect(Tensor.ones([2], .bool).array(of: Bool.self) == [true, true])
    #expect(Tensor.full([2], 3, .uint8).array(of: UInt8.self) == [3, 3])
    #expect(Tensor.arange(3).array(of: Int64.self) == [0, 1, 2])
    #expect(Tensor.arange(from: 0, to: 1, by: 0.25).array(of: Float.self) == [0, 0.25, 0.5, 0.75])
    #expect(Tensor.arange(from: 2, to: 0, by: -1, .float64).array(of: Double.self) == [2, 1])
    #expect(
      Tensor.linspace(from: -1, to: 1, count: 5).array(of: Float.self) == [-1, -0.5, 0, 0.5, 1])
    #expect(Tensor.eye(2, .int64).array(of: Int64.self) == [1, 0, 0, 1])
    #expect(Tensor.zeros([2, 2]).onesLike().sum().item(of: Float.self) == 4)
  }

  @Test func `mistakes about shapes end the process with the shapes`() async {
    let reshape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).reshaped(4, -1)
    }
    #expect(
      text(reshape).contains("reshaped: the shape [4, -1] does not hold the elements of [2, 3]"))
    let index = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3])[0, 3]
    }
    #expect(text(index).contains("index 3 lies outside axis 0 of the shape [3]"))
    let join = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.concatenated([.zeros([2, 3]), .zeros([2, 4])])
    }
    #expect(text(join).contains("the shapes [2, 3] and [2, 4]"))
  }
}

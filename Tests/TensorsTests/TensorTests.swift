import Testing

@testable import Tensors

@Suite("Tensor memory")
struct TensorTests {
  @Test func `a tensor holds its elements row by row`() {
    let x = Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3])
    #expect(x.shape == [2, 3] && x.rank == 2 && x.count == 6)
    #expect(x.elementType == .int32 && x.device == .cpu)
    #expect(x.array(of: Int32.self) == [1, 2, 3, 4, 5, 6])
  }

  @Test func `empty and scalar tensors work on the host and in libtorch`() {
    let empty = Tensor([Float](), shape: [0, 4])
    #expect(empty.count == 0 && empty.array(of: Float.self).isEmpty)
    #expect((empty + 1).shape == [0, 4])
    #expect(empty.sum().item(of: Float.self) == 0)
    let scalar = Tensor([7.5], shape: [])
    #expect(scalar.rank == 0 && (scalar * 2).item(of: Double.self) == 15)
  }

  @Test func `libtorch uses the host's memory without a copy`() {
    let x = Tensor([1, 2, 3, 4] as [Float])
    let lent = x.facts.data.map { UnsafeRawPointer($0) }
    x.withUnsafeBytes { #expect($0.baseAddress == lent) }
  }

  @Test func `a contiguous result of libtorch is read without a copy`() {
    let y = Tensor([1, 2, 3, 4] as [Float]) + 1
    let data = y.facts.data.map { UnsafeRawPointer($0) }
    y.withUnsafeElements(of: Float.self) {
      #expect($0.baseAddress.map { UnsafeRawPointer($0) } == data)
    }
  }

  @Test func `a transposed view is read in its own order`() {
    let x = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transposed()
    #expect(x.shape == [3, 2] && x.facts.is_contiguous == 0)
    #expect(x.array(of: Float.self) == [1, 4, 2, 5, 3, 6])
  }

  @Test func `writing to a copy leaves the original alone`() {
    let original = Tensor([1, 2, 3] as [Float])
    var copy = original
    copy.withUnsafeMutableElements(of: Float.self) { $0[0] = 9 }
    #expect(original.array(of: Float.self) == [1, 2, 3])
    #expect(copy.array(of: Float.self) == [9, 2, 3])
  }

  @Test func `writing after libtorch has taken a view leaves the view alone`() {
    var x = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    let view = x.transposed()
    x.withUnsafeMutableElements(of: Float.self) { $0[1] = 9 }
    #expect(view.array(of: Float.self) == [1, 3, 2, 4])
    #expect(x.array(of: Float.self) == [1, 9, 3, 4])
  }

  @Test func `writing to memory of one's own copies nothing`() {
    var host = Tensor([1, 2, 3] as [Float])
    let before = host.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    _ = host + 1  // libtorch borrows it for a while
    host.withUnsafeMutableElements(of: Float.self) {
      #expect(UInt(bitPattern: $0.baseAddress) == before)
    }
    var result = Tensor([1, 2, 3] as [Float]) * 2
    let data = UInt(bitPattern: result.facts.data)
    result.withUnsafeMutableElements(of: Float.self) {
      #expect(UInt(bitPattern: $0.baseAddress) == data)
      $0[2] = 0
    }
    #expect((result + 1).array(of: Float.self) == [3, 5, 1])
  }

  @Test func `writing to a result that a view shares copies it first`() {
    var result = Tensor([1, 2, 3, 4] as [Float]) * 2
    let view = result.reshaped(2, 2)
    result.withUnsafeMutableElements(of: Float.self) { $0[0] = -1 }
    #expect(view.array(of: Float.self) == [2, 4, 6, 8])
  }

  @Test func `adopted memory is released once, after libtorch has let it go too`() {
    final class Counter: @unchecked Sendable { var count = 0 }
    let counter = Counter()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 64)
    memory.storeBytes(of: SIMD4<Float>(1, 2, 3, 4), as: SIMD4<Float>.self)
    do {
      let view: Tensor
      do {
        let x = Tensor(adopting: memory, shape: [2, 2], elementType: .float32) {
          counter.count += 1
        }
        view = x.transposed()
      }
      #expect(counter.count == 0)
      #expect(view.array(of: Float.self) == [1, 3, 2, 4])
    }
    #expect(counter.count == 1)
    memory.deallocate()
  }

  @Test func `every element type keeps its values through libtorch`() {
    for type in ElementType.allCases {
      let x = Tensor.full([3], 1, type)
      #expect(x.elementType == type)
      #expect((x.reshaped(3, 1).transposed()).elementType == type)
      #expect(x.converted(to: .float64).array(of: Double.self) == [1, 1, 1])
    }
  }

  @Test func `conversion to bfloat16 and back rounds to eight bits of significand`() {
    let x = Tensor([1.00390625, 3.140625, -0.1] as [Float]).converted(to: .bfloat16)
    #expect(x.elementType == .bfloat16)
    // 1 + 2^-8 is a tie and goes to the even neighbour 1; 0.1 becomes 0.10009765625.
    #expect(
      x.converted(to: .float32).array(of: Float.self) == [1, 3.140625, -0.10009765625])
    #expect(
      Tensor.full([2], -0.1, .bfloat16).converted(to: .float32).array(of: Float.self)
        == [-0.10009765625, -0.10009765625])
  }

  @Test func `threads may read one host tensor at the same time`() async {
    let x = Tensor((0..<1000).map { Float($0) })
    await withTaskGroup(of: Float.self) { group in
      for _ in 0..<8 { group.addTask { (x * 2).sum().item(of: Float.self) } }
      for await sum in group { #expect(sum == 999_000) }
    }
  }

  @Test func `the description shows type, shape and values`() {
    #expect(Tensor([1.5, 2.5]).description == "float64 [2] [1.5, 2.5]")
  }

  @Test func `reading elements as another type ends the process with both types`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor([1.5]).array(of: Float.self)
    }
    #expect(text(result).contains("a tensor of float64 cannot be read as float32"))
  }
}

/// What a child process wrote to its standard error.
func text(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

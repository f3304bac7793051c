import Foundation
import Testing

@testable import Tensors

/// One after the other: the store is one for the process.
@Suite(.serialized) struct TensorMemoryTests {
  private func address(_ tensor: Tensor) -> UInt {
    tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
  }

  @Test func `memory of large tensors is used again, for results of operations, too`() {
    TensorMemory.keep(upTo: 1 << 30)
    defer { TensorMemory.keep(upTo: 0) }
    // Lengths that no other test uses.
    let count = 20_000_003
    var made: Tensor? = Tensor(repeating: Float(1), shape: [count])
    let first = made.map(address) ?? 0
    #expect(first % 64 == 0)
    made = nil
    #expect(TensorMemory.keptBytes >= 4 * count)
    var again: Tensor? = Tensor(repeating: Float(2), shape: [count])
    #expect(again.map(address) == first)

    var sum = again.map { $0 + 1 }
    let second = sum.map(address) ?? 0
    #expect(sum?.max().item(of: Float.self) == 3 && sum?.min().item(of: Float.self) == 3)
    again = nil
    sum = nil
    let next = Tensor(repeating: Float(5), shape: [count]) * 2
    #expect(Set([first, second]).contains(address(next)))
    #expect(next.min().item(of: Float.self) == 10 && next.max().item(of: Float.self) == 10)
  }

  @Test func `no more is kept than was asked for, and nothing at first`() {
    let before = TensorMemory.keptBytes
    do { _ = Tensor(repeating: Float(1), shape: [21_000_001]) }
    #expect(TensorMemory.keptBytes == before)
    TensorMemory.keep(upTo: 100 << 20)
    do {
      let parts = (0..<4).map { Tensor(repeating: Float($0), shape: [10_000_001]) }
      #expect(parts[3].item(at: 10_000_000) == 3)
    }
    #expect(TensorMemory.keptBytes <= 100 << 20)
    #expect(TensorMemory.keptBytes >= 80 << 20)
    TensorMemory.keep(upTo: 0)
    #expect(TensorMemory.keptBytes == 0)
  }

  @Test func `threads share it`() async {
    TensorMemory.keep(upTo: 256 << 20)
    defer { TensorMemory.keep(upTo: 0) }
    let wrong = await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var wrong = 0
          for step in 0..<12 {
            let value = Float(100 * task + step)
            let tensor = Tensor(repeating: value, shape: [400_000 + 1000 * step]) + 1
            if tensor.min().item(of: Float.self) != value + 1
              || tensor.max().item(of: Float.self) != value + 1
            {
              wrong += 1
            }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}

extension Tensor {
  fileprivate func item(at place: Int) -> Float {
    withUnsafeElements(of: Float.self) { $0[place] }
  }
}
